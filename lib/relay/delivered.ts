/**
 * Messages that were delivered at once, on their way to the record. Of one author each has its row while the record keeps up;
 * what comes while a row of theirs is being written shares the next one: five hundred gateways must not wait for a row each.
 */
import type { AuditEvent, AuditLog } from '@/lib/audit/log';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Posting } from './mailbox';

export interface Delivered {
  add(posting: Posting): void;
}

export function createDelivered({ audit, log }: { audit: AuditLog; log: Log }): Delivered {
  /** By author, while a row of theirs is being written: what came since. */
  const since = new Map<string, AuditEvent[]>();

  function follow(event: AuditEvent, companions: Posting['companions']): Promise<void> {
    return audit.follow(event, companions).then(
      () => undefined,
      (error: unknown) =>
        log.error({ err: error, instanceId: event.target }, 'a message that was delivered is not on the record'),
    );
  }

  async function writeAll(first: AuditEvent): Promise<void> {
    const { actor } = first;
    await follow(first, []);
    for (let more = since.get(actor); more?.length; more = since.get(actor)) {
      const rest = more.splice(limits.relayMessagesPerRow);
      since.set(actor, rest);
      await follow(shared(more), []);
    }
    since.delete(actor);
  }

  return {
    add({ record, companions }) {
      if (companions.length > 0) return void follow(record, companions);
      const waiting = since.get(record.actor);
      if (waiting) return void waiting.push(record);
      since.set(record.actor, []);
      void writeAll(record);
    },
  };
}

function shared(events: readonly AuditEvent[]): AuditEvent {
  const [first, ...others] = events;
  if (!first) throw new Error('A row stands for a message at least.');
  return others.length === 0 ? first : { ...first, data: { messages: events.map(({ data }) => data) } };
}
