/**
 * Stored events that were acknowledged, on their way out of the database. One row of the record stands for all that came
 * meanwhile: a long replay must not wait for a commit each.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Log } from '@/lib/platform/log';
import { takenCompanion } from './buffer-tables';
import type { MailboxDepth } from './mailbox';

export interface Acknowledged {
  add(id: string, bytes: number): void;
  /** Resolves when all that was added is gone, or could not be removed and will come again. */
  settled(): Promise<void>;
}

export function createAcknowledged(deps: {
  instanceId: string;
  audit: AuditLog;
  log: Log;
  onGone: (gone: MailboxDepth) => void;
}): Acknowledged {
  const { instanceId, audit, log, onGone } = deps;
  let waiting = new Map<string, number>();
  let removing: Promise<void> | null = null;

  async function removeAll(): Promise<void> {
    while (waiting.size > 0) {
      const batch = waiting;
      waiting = new Map();
      const events = batch.size;
      try {
        await audit.append(
          { actor: `gateway:${instanceId}`, action: 'relay.ack', target: instanceId, data: { events } },
          [takenCompanion(instanceId, [...batch.keys()])],
        );
        onGone({ events, bytes: [...batch.values()].reduce((sum, bytes) => sum + bytes, 0) });
      } catch (error) {
        log.error({ err: error, instanceId, events }, 'acknowledged events are still stored and will be sent again');
      }
    }
    removing = null;
  }

  return {
    add(id, bytes) {
      waiting.set(id, bytes);
      removing ??= Promise.resolve().then(removeAll);
    },
    settled: async () => {
      while (removing) await removing;
    },
  };
}
