import { Dot } from '@/components/ui/status-dot';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { credentialStatusWords, credentialTones, providerNames } from './credential-words';
import { policyWords } from './policy-words';
import { Principal } from './principal';
import { SessionEnds } from './session-ends';

/** A session in two lines, for a phone. */
export function CredentialCompact({ session }: { session: CredentialSession }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={credentialTones[session.status]} />
        <span className="min-w-0 flex-1 truncate">
          {providerNames[session.provider]} · <Principal id={session.principalId} />
        </span>
        <SessionEnds session={session} />
      </span>
      <span className="truncate pl-[15px] text-muted">
        {session.status !== 'active' && `${credentialStatusWords[session.status]} · `}
        {policyWords(session.provider, session.policy)}
      </span>
    </span>
  );
}
