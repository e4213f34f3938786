/** Instances for people: from their rows and from what only this process knows, and told live when either changes. */
import type { Page } from '@/lib/contracts/common';
import type { ListRelayInstancesQuery, RelayChat, RelayInstance, RelayInstanceDetail } from '@/lib/contracts/relay';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Connections } from './connections';
import type { InstanceRow } from './instances';
import type { PostOffice } from './post-office';
import { type InstanceState, toBinding, toDenial, toRelayInstance } from './rows';

export interface Showing {
  one(row: InstanceRow): Promise<RelayInstance>;
  detail(row: InstanceRow): Promise<RelayInstanceDetail>;
  /** Newest first. */
  list(query: ListRelayInstancesQuery): Promise<Page<RelayInstance>>;
  /** Told to pages once for all that changes within a moment: a replay changes an instance thousands of times. */
  changed(instanceId: string): void;
  close(): void;
}

type BufferState = Pick<InstanceState, 'events' | 'bytes' | 'oldestAt'>;
const nothing: BufferState = { events: 0, bytes: 0, oldestAt: null };
const shownBindings = 200;
const shownChats = 100;

export function createShowing(deps: {
  db: Database;
  bus: EventBus;
  log: Log;
  office: PostOffice;
  connections: Connections;
}): Showing {
  const { db, bus, log, office, connections } = deps;
  const telling = new Map<string, NodeJS.Timeout>();

  async function show(rows: InstanceRow[]): Promise<RelayInstance[]> {
    const ids = { instanceId: { in: rows.map(({ id }) => id) } };
    const waiting = new Map(await Promise.all(rows.map(async ({ id }) => [id, await bufferOf(id)] as const)));
    const bound = await db.relayBinding.groupBy({ by: ['instanceId'], where: ids, _count: true });
    return rows.map((row) => {
      const { connection, since = null } = connections.of(row.id) ?? {};
      return toRelayInstance(row, {
        ...{ connection, connectedAt: since },
        ...(waiting.get(row.id) ?? nothing),
        bindings: bound.find(({ instanceId }) => instanceId === row.id)?._count ?? 0,
      });
    });
  }

  /** A mailbox counts for itself; rows are counted once, while nobody needed it yet: there may be a hundred thousand. */
  async function bufferOf(instanceId: string): Promise<BufferState> {
    const depth = (await office.of(instanceId)).depth();
    if (depth.events === 0) return nothing;
    const [oldest] = await db.relayBuffered.findMany({
      ...{ where: { instanceId }, orderBy: { position: 'asc' }, take: 1, select: { at: true } },
    });
    return { ...depth, oldestAt: oldest?.at ?? null };
  }

  async function one(row: InstanceRow): Promise<RelayInstance> {
    const [shown] = await show([row]);
    if (!shown) throw new Error('One row is shown as one instance.');
    return shown;
  }

  /** The messages of an instance are a thousand at most. */
  async function chatsOf(instanceId: string): Promise<RelayChat[]> {
    const chats = await db.relayMessage.groupBy({
      ...{ by: ['chatId'], where: { instanceId }, _count: true, _max: { at: true } },
      ...{ orderBy: { _max: { at: 'desc' } }, take: shownChats },
    });
    return chats.flatMap(({ chatId: id, _count: messages, _max: { at } }) =>
      at === null ? [] : [{ id, messages, lastAt: at.toISOString() }],
    );
  }

  async function tell(id: string): Promise<void> {
    const row = await db.relayInstance.findUnique({ where: { id } });
    if (row) bus.publish({ type: 'relay.changed', data: await one(row) });
  }

  return {
    one,
    async detail(row) {
      const where = { instanceId: row.id };
      const bindings = await db.relayBinding.findMany({ where, orderBy: { boundAt: 'asc' }, take: shownBindings });
      const denials = await db.relayDenial.findMany({
        ...{ where, orderBy: { seq: 'desc' }, take: limits.relayDenialsKept },
      });
      return {
        ...(await one(row)),
        ...{ boundUsers: bindings.map(toBinding), denials: denials.map(toDenial), chats: await chatsOf(row.id) },
      };
    },

    async list({ limit, cursor, q }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.relayInstance.findMany({
        where: {
          ...(q && { gatewayId: { contains: q } }),
          ...(after && { OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.id } }] }),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const { items, nextCursor } = pageFrom(rows, limit, {
        ...{ cursor: (row) => [row.createdAt.getTime(), row.id], item: (row) => row },
      });
      return { items: await show(items), nextCursor };
    },

    changed(id) {
      if (telling.has(id)) return;
      const timer = setTimeout(() => {
        telling.delete(id);
        tell(id).catch((error: unknown) => log.error({ err: error, instanceId: id }, 'a change could not be told'));
      }, limits.relayTellMs).unref();
      telling.set(id, timer);
    },
    close() {
      for (const timer of telling.values()) clearTimeout(timer);
      telling.clear();
    },
  };
}
