/**
 * The poke of a gateway that sleeps: a GET without anything in it, to a public address alone, once a cooldown. What comes back
 * is not read: it would be a way to look inside from outside.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Clock } from '@/lib/platform/clock';
import { isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { createOutbound, type OutboundOptions } from '@/lib/platform/outbound';

export interface RelayWaker {
  /** Never throws. */
  poke(instance: { id: string; wakeUrl: string | null }): void;
  forget(instanceId: string): void;
  close(): Promise<void>;
}

export function createRelayWaker(deps: {
  audit: AuditLog;
  clock: Clock;
  /** What a test says of names and of what may be reached. */
  outbound?: Partial<OutboundOptions>;
}): RelayWaker {
  const { audit, clock } = deps;
  const timeoutMs = limits.relayWakeTimeoutMs;
  const outbound = createOutbound({ timeoutMs, ...deps.outbound });
  const lastMs = new Map<string, number>();

  async function ask(url: string): Promise<{ status: number } | { problem: string }> {
    try {
      const answer = await outbound.fetch(url, {
        headers: { 'user-agent': 'Gatehouse' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body?.cancel();
      return { status: answer.status };
    } catch (error) {
      return { problem: isAppError(error) ? error.message : 'It could not be reached.' };
    }
  }

  return {
    poke({ id, wakeUrl }) {
      const nowMs = clock.now();
      if (wakeUrl === null || nowMs - (lastMs.get(id) ?? Number.NEGATIVE_INFINITY) < limits.relayWakeCooldownMs) return;
      lastMs.set(id, nowMs);
      void ask(wakeUrl).then((result) => {
        const isAwake = 'status' in result && result.status < 400;
        audit.note({
          ...{ actor: 'server', action: 'relay.wake', target: id, data: result },
          outcome: isAwake ? 'ok' : 'failed',
        });
      });
    },
    forget: (instanceId) => void lastMs.delete(instanceId),
    close: () => outbound.close(),
  };
}
