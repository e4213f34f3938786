import { shortId } from '@/components/ui/format';
import { Dot } from '@/components/ui/status-dot';
import { RelativeTime } from '@/components/ui/time';
import type { ToolToken } from '@/lib/contracts/tokens';
import { ExpiresIn } from './expires-in';
import { tokenEndWords, tokenState } from './token-words';

/** A token in two lines, for a phone. */
export function TokenCompact({ token }: { token: ToolToken }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={tokenState(token).tone} />
        <code className="flex-1 truncate">{shortId(token.id)}</code>
        <ExpiresIn token={token} />
      </span>
      <span className="truncate pl-[15px] text-muted">
        {token.status === 'active' ? 'active' : tokenEndWords(token)} · <code>{shortId(token.runId)}</code> ·{' '}
        {token.lastUsedAt ? (
          <>
            used <RelativeTime at={token.lastUsedAt} />
          </>
        ) : (
          'never used'
        )}
      </span>
    </span>
  );
}
