/** The mailboxes of all instances: each made when it is first needed, with what waits in the database. */
import type { AuditLog } from '@/lib/audit/log';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { createMailbox, type Mailbox, type MailboxDepth, type Posting } from './mailbox';

export interface PostOffice {
  of(instanceId: string): Promise<Mailbox>;
  /** Undefined until it is needed: then nothing but the database knows what waits. */
  known(instanceId: string): Mailbox | undefined;
  /** @throws AppError RELAY_INSTANCE_DISABLED, RELAY_BUFFER_FULL, AUDIT_UNAVAILABLE. */
  post(instanceId: string, posting: Posting): Promise<string | null>;
  /** Revoked: what is posted from now on is refused. */
  end(instanceId: string): void;
  isEnded(instanceId: string): boolean;
  /** Provisioned again. */
  begin(instanceId: string): void;
  dropOutdated(): Promise<void>;
}

export function createPostOffice(deps: {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  log: Log;
  onDepth: (instanceId: string) => void;
  onWaiting: (instanceId: string) => void;
}): PostOffice {
  const { db, audit, clock, log, onDepth, onWaiting } = deps;
  const opening = new Map<string, Promise<Mailbox>>();
  const open = new Map<string, Mailbox>();
  const ended = new Set<string>();

  async function make(instanceId: string): Promise<Mailbox> {
    const mailbox = createMailbox({
      ...{ instanceId, db, audit, clock, log, depth: await depthOf(instanceId) },
      onDepth: () => onDepth(instanceId),
      onWaiting: () => onWaiting(instanceId),
    });
    open.set(instanceId, mailbox);
    return mailbox;
  }

  async function depthOf(instanceId: string): Promise<MailboxDepth> {
    const { _count, _sum } = await db.relayBuffered.aggregate({
      ...{ where: { instanceId }, _count: true, _sum: { bytes: true } },
    });
    return { events: _count, bytes: _sum.bytes ?? 0 };
  }

  function of(instanceId: string): Promise<Mailbox> {
    const known = opening.get(instanceId);
    if (known) return known;
    const made = make(instanceId);
    opening.set(instanceId, made);
    made.catch(() => opening.delete(instanceId));
    return made;
  }

  function requireOpen(instanceId: string): void {
    if (ended.has(instanceId)) throw new AppError('RELAY_INSTANCE_DISABLED');
  }

  return {
    of,
    known: (instanceId) => open.get(instanceId),
    async post(instanceId, posting) {
      requireOpen(instanceId);
      const mailbox = open.get(instanceId) ?? (await of(instanceId));
      requireOpen(instanceId);
      return mailbox.post(posting);
    },
    end(instanceId) {
      ended.add(instanceId);
      opening.delete(instanceId);
      open.delete(instanceId);
    },
    isEnded: (instanceId) => ended.has(instanceId),
    begin: (instanceId) => void ended.delete(instanceId),
    async dropOutdated() {
      const before = new Date(clock.now() - limits.relayBufferMs);
      const late = await db.relayBuffered.groupBy({ by: ['instanceId'], where: { at: { lt: before } } });
      for (const { instanceId } of late) await (await of(instanceId)).dropOutdated();
    },
  };
}
