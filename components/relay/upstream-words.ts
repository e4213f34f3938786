import { formatCommand } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type { RelayUpstream, RelayUpstreamStatus } from '@/lib/contracts/relay-upstreams';

export const upstreamTones: Record<RelayUpstreamStatus, DotTone> = {
  connecting: 'wait',
  live: 'live',
  idle: 'hollow',
  disabled: 'hollow',
  error: 'stop',
};

/** What an admin is told of one that does not live: calm where nothing is tried again. */
export function upstreamNote({ status, lastError }: Pick<RelayUpstream, 'status' | 'lastError'>): string | null {
  if (status === 'disabled') return lastError ?? 'Relay disabled (opted out: recreate the instance to re-enable)';
  return status === 'live' ? null : lastError;
}

export function handlerWords({ handler }: Pick<RelayUpstream, 'handler'>): string {
  return printable(formatCommand(handler.command));
}
