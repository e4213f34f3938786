'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { hasErrorCode } from '@/components/api/api-error';
import { credentialQuery, providersQuery } from '@/components/api/credential-queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { CopyId } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { Skeleton } from '@/components/ui/skeleton';
import { StatusDot } from '@/components/ui/status-dot';
import { useNow } from '@/components/ui/use-now';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { CredentialFacts } from './credential-facts';
import {
  canRevokeAtProvider,
  credentialStatusWords,
  credentialTones,
  providerNames,
  scopingWords,
} from './credential-words';
import { PolicyList } from './policy-list';
import { policyWords } from './policy-words';

const RevokeDialog = dynamic(
  () => import('./revoke-credential-dialog').then((module) => module.RevokeCredentialDialog),
  { ssr: false },
);

interface CredentialDetailsProps {
  id: string;
  known: CredentialSession | undefined;
}

/** One session: what it may do in words and to the letter, what was issued of it, and the ways to end it. */
export function CredentialDetails({ id, known }: CredentialDetailsProps) {
  const query = useQuery({ ...credentialQuery(id), placeholderData: known });
  const session = query.data;
  if (!session && hasErrorCode(query.error, 'SESSION_NOT_FOUND'))
    return (
      <EmptyState icon={SearchX} title="There is no such session">
        None is kept under <code className="break-all">{printable(id)}</code>. Ended ones go after a while.
      </EmptyState>
    );
  if (!session && query.error)
    return (
      <ErrorState title="The session could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
    );
  if (!session)
    return (
      <div role="status" aria-label="Loading the session" className="flex flex-col gap-3">
        <Skeleton className="h-5 w-48" />
        <Skeleton className="w-full" />
        <Skeleton className="h-40" />
      </div>
    );
  return (
    <div className="flex min-w-0 flex-col gap-3.5 max-lg:pb-4">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <StatusDot tone={credentialTones[session.status]}>{credentialStatusWords[session.status]}</StatusDot>
        <CopyId id={session.id} className="ml-auto" />
      </div>
      <p className="break-words font-medium">{policyWords(session.provider, session.policy)}</p>
      {session.endReason && (
        <p className="break-words rounded-md border border-line bg-sunk px-3 py-2">
          <span className="text-muted">Why it ended:</span> {printable(session.endReason)}
        </p>
      )}
      <PolicyList policy={session.policy} />
      <p className={session.scopingEnforced ? 'text-muted' : 'text-wait'}>{scopingWords(session)}</p>
      <CredentialFacts session={session} />
      <Acts session={session} />
    </div>
  );
}

function Acts({ session }: { session: CredentialSession }) {
  const { can } = useMe();
  const now = useNow();
  const { data: providers = [] } = useQuery(providersQuery());
  const [revoking, setRevoking] = useState<'here' | 'at provider' | null>(null);
  const state = providers.find(({ provider }) => provider === session.provider);
  const live = session.status === 'active';
  const hard = canRevokeAtProvider(session, state, now);
  const name = providerNames[session.provider];
  return (
    <>
      {can('runs.control') && (live || hard) && (
        <div className="flex flex-wrap gap-2">
          {live && (
            <Button tone="stop" onClick={() => setRevoking('here')}>
              Revoke…
            </Button>
          )}
          {hard && (
            <Button tone="stop-outline" onClick={() => setRevoking('at provider')}>
              {live ? `Revoke at ${name} too…` : `Revoke at ${name}…`}
            </Button>
          )}
        </div>
      )}
      {/* Outside of the condition: what came of it is read after the session has ended. */}
      {revoking && (
        <RevokeDialog session={session} atProvider={revoking === 'at provider'} onClose={() => setRevoking(null)} />
      )}
    </>
  );
}
