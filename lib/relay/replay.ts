/**
 * The stored events of one instance on one connection, in their order. So many are on their way without an acknowledgement; an
 * event is gone once it was acknowledged, and comes again on the next connection until then.
 */
import type { Database } from '@/lib/platform/database';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Acknowledged } from './acknowledged';
import type { Mail, MailLink } from './mailbox';

export interface Replay {
  /** Something may wait that was not sent yet. */
  more(): void;
  /** Also after the stop: a gateway that goes idle finishes what it has. */
  acknowledge(bufferId: string): boolean;
  stop(): void;
}

export interface ReplayOptions {
  instanceId: string;
  db: Database;
  log: Log;
  link: MailLink;
  /** Asked before anything is read. */
  ready: () => Promise<unknown>;
  acknowledged: Acknowledged;
  onFailed: () => void;
}

export function createReplay({ instanceId, db, log, link, ready, acknowledged, onFailed }: ReplayOptions): Replay {
  /** Sent and not acknowledged: id → bytes. */
  const open = new Map<string, number>();
  /** Read from the database and not sent yet. */
  let page: Array<{ id: string; position: number; bytes: number; kind: string; event: string }> = [];
  let position = 0;
  let pumping = false;
  let again = false;
  let stopped = false;

  async function pump(): Promise<void> {
    if (position === 0) await ready();
    while (again && !stopped) {
      again = false;
      while (!stopped && open.size < limits.relayReplayWindow) {
        if (page.length === 0) page = await read();
        const next = page.shift();
        if (!next || stopped) break;
        position = next.position;
        open.set(next.id, next.bytes);
        await link.deliver({ kind: next.kind as Mail['kind'], json: next.event }, next.id);
      }
    }
  }

  const read = () =>
    db.relayBuffered.findMany({
      where: { instanceId, position: { gt: position } },
      orderBy: { position: 'asc' },
      take: limits.relayReplayPage,
      select: { id: true, position: true, bytes: true, kind: true, event: true },
    });

  function more(): void {
    again = true;
    if (pumping || stopped) return;
    pumping = true;
    pump()
      .catch((error: unknown) => {
        // A link that is gone fails too, which is nobody's fault.
        if (stopped) return;
        log.error({ err: error, instanceId }, 'stored events could not be sent');
        onFailed();
      })
      .finally(() => {
        pumping = false;
        if (again) more();
      });
  }

  return {
    more,
    stop() {
      stopped = true;
      page = [];
    },
    acknowledge(bufferId) {
      const bytes = open.get(bufferId);
      if (bytes === undefined) return false;
      open.delete(bufferId);
      acknowledged.add(bufferId, bytes);
      more();
      return true;
    },
  };
}
