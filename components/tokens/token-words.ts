import type { DotTone } from '@/components/ui/status-dot';
import type { TokenEndReason, ToolToken } from '@/lib/contracts/tokens';

/** Red is for a token that somebody took away; one that ended along with its run is no alarm. */
export function tokenState({ status, revocationReason }: ToolToken): { tone: DotTone; word: string } {
  if (status === 'active') return { tone: 'live', word: 'active' };
  if (status === 'expired') return { tone: 'hollow', word: 'expired' };
  const byHand = revocationReason === 'manual' || revocationReason === 'lock';
  return byHand ? { tone: 'stop', word: 'revoked' } : { tone: 'hollow', word: 'ended' };
}

const endWords: Record<TokenEndReason, string> = {
  child_exit: 'its process ended',
  run_ended: 'its run ended',
  ttl_expired: 'not used in time',
  manual: 'revoked by hand',
  lock: 'a lock was set',
  superseded: 'a newer token took its place',
};

export function tokenEndWords({ status, revocationReason }: ToolToken): string {
  if (status === 'active') return '';
  return revocationReason ? endWords[revocationReason] : status;
}

/** What a token may do, short enough for a cell; the whole of it goes in the title. */
export function tokenScope({ allowedEndpoints, allowedOperations }: ToolToken): { short: string; whole: string } {
  const all = [...allowedOperations, ...allowedEndpoints].filter((each) => each !== '*');
  if (all.length === 0) return { short: 'every tool call', whole: 'Every endpoint and operation of the data plane' };
  const [first = ''] = all;
  return { short: all.length === 1 ? first : `${first} +${all.length - 1}`, whole: all.join('\n') };
}
