/**
 * The adapter side of the relay: this server dials out to connectors, as a gateway, and runs agents on what they deliver. An
 * upstream that knows us by our bearer is trusted to have authorised the author of a message; no other is.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { CreateRelayUpstreamBody, RelayUpstream } from '@/lib/contracts/relay-upstreams';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { createOneAtATimeByKey } from '@/lib/platform/one-at-a-time';
import type { Sealer } from '@/lib/platform/sealing';
import { requireUsableUrl } from './address';
import { type DialTimes, dialTimes, disabledText } from './dialler';
import { createEntry, type UpstreamEntry } from './entry';
import { createInbox, type Inbox, type InboxMessage } from './inbox';
import { createReplies, type Replies } from './replies';
import { createSessions, type Sessions, type SessionsOptions } from './sessions';
import { type OpenSocket, openSocket } from './socket';
import { openUpstreamSecret, sealUpstreamSecret, showUpstream, toUpstream, type UpstreamRow } from './stored';
import { createdCompanion, disabledCompanion, removedCompanion } from './tables';

export interface UpstreamService extends Pick<Sessions, 'attach'>, Replies {
  /** Newest first. */
  list(page: { limit: number; cursor?: string | undefined }): Promise<Page<RelayUpstream>>;
  /** Stored and dialled. @throws AppError ALREADY_EXISTS, BAD_REQUEST, ADDRESS_REFUSED, AUDIT_UNAVAILABLE. */
  create(body: CreateRelayUpstreamBody, by: Actor): Promise<RelayUpstream>;
  /** Its socket is closed, its runs are ended, its row is gone. @throws AppError RELAY_UPSTREAM_NOT_FOUND, AUDIT_UNAVAILABLE. */
  remove(id: string, by: Actor): Promise<void>;
  /** Before anything is served: what is stored, and what no run had when the server stopped. */
  load(): Promise<void>;
  /** Hands what waited to runs, then dials: what comes now comes after it. */
  begin(): void;
  /** Says to every connector that we go, as long as that takes at most; then no upstream is connected. Never rejects. */
  drain(options: { fast: boolean }): Promise<void>;
  close(): Promise<void>;
}

export interface UpstreamServiceOptions extends Pick<SessionsOptions, 'starter' | 'ender' | 'live' | 'locks'> {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  /** What a test plays. */
  open?: OpenSocket;
  chance?: () => number;
  times?: DialTimes;
}

type StoredRow = UpstreamRow & { secret: string | null };

export function createUpstreamService(options: UpstreamServiceOptions): UpstreamService {
  const { db, audit, bus, clock, log, sealer, open = openSocket, chance, times = dialTimes } = options;
  const entries = new Map<string, UpstreamEntry>();
  let left: InboxMessage[] = [];
  const telling = new Map<string, NodeJS.Timeout>();
  /** Changes of one upstream come one after the other. */
  const inTurn = createOneAtATimeByKey();
  const inbox: Inbox = createInbox({ db, audit, clock, log });
  const sessions = createSessions({
    ...{ clock, log, inbox, starter: options.starter, ender: options.ender, live: options.live, locks: options.locks },
    onDropped: (id, reason) => entries.get(id)?.drop(reason),
    onChanged(id, problem) {
      if (problem === undefined) tellSoon(id);
      else entries.get(id)?.setProblem(problem);
    },
  });
  const replies = createReplies({
    ...{ audit, sessionOf: sessions.ofRun, linkOf: (id) => entries.get(id)?.dialler.link ?? null },
    onSaid(session) {
      session.lastMs = clock.now();
    },
  });
  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'run.ended') sessions.onRunEnded(event.data);
  });
  const sweeping = setInterval(sweep, limits.upstreamSweepMs).unref();

  const find = (id: string) => db.relayUpstream.findUnique({ where: { id }, omit: { secret: false } });

  function sweep(): void {
    sessions.retry();
    inbox
      .sweep()
      .catch((error: unknown) => log.error({ err: error }, 'old messages of upstreams could not be forgotten'));
  }

  /** Once for all that changes within a moment. */
  function tellSoon(id: string): void {
    if (telling.has(id)) return;
    const tell = () => {
      telling.delete(id);
      bus.publish({ type: 'relay.upstream', data: { id } });
    };
    telling.set(id, setTimeout(tell, limits.relayTellMs).unref());
  }

  function enter({ secret: sealed, ...row }: StoredRow): UpstreamEntry {
    const { id, disabledAt } = row;
    const secret = sealed === null ? null : openUpstreamSecret(sealer, id, sealed);
    const entry = createEntry({
      ...{ upstream: toUpstream(row, sealed !== null), secret, disabledAt },
      ...{ audit, clock, log, inbox, sessions, open, chance, times, newRequestId: () => newId('req') },
      onChanged: tellSoon,
      onDisabled: (entry, reason) => void disable(entry, reason),
    });
    entries.set(id, entry);
    return entry;
  }

  /** Whoever cut us off does not want to hear from its runs either. */
  async function disable({ upstream: { id } }: UpstreamEntry, reason: string): Promise<void> {
    try {
      await audit.append({ actor: 'server', action: 'relay.upstream_disable', target: id, data: { reason } }, [
        disabledCompanion(id, disabledText, clock.now()),
      ]);
    } catch (error) {
      log.error({ err: error, upstreamId: id }, 'an upstream is disabled, which could not be written');
    }
    await sessions.endAll(id, { by: serverActor, reason: 'Its upstream was disabled by the connector.' });
    tellSoon(id);
  }

  function show(row: UpstreamRow): RelayUpstream[] {
    const entry = entries.get(row.id);
    return entry ? [showUpstream(entry.upstream, entry.state())] : [];
  }

  return {
    attach: sessions.attach,
    say: replies.say,

    async list({ limit, cursor }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.relayUpstream.findMany({
        ...(after && {
          where: { OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.id } }] },
        }),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const page = pageFrom(rows, limit, { cursor: (row) => [row.createdAt.getTime(), row.id], item: show });
      return { ...page, items: page.items.flat() };
    },

    create({ id, url: given, secret, gatewayId, identities, handler }, by) {
      return inTurn(id, async () => {
        const url = requireUsableUrl(given, secret !== undefined);
        if (await find(id))
          throw new AppError('ALREADY_EXISTS', { message: `There is an upstream with the id "${id}" already.` });
        const sealed = secret === undefined ? null : sealUpstreamSecret(sealer, id, secret);
        const data = { url, gatewayId, identities, trusted: sealed !== null, projectId: handler.projectId };
        await audit.append({ actor: actorName(by), action: 'relay.upstream_create', target: id, data }, [
          createdCompanion(
            { id, url, gatewayId, secret: sealed, identities, handler, by: actorLabel(by) },
            clock.now(),
          ),
        ]);
        const row = await find(id);
        if (!row) throw new AppError('RELAY_UPSTREAM_NOT_FOUND');
        const entry = enter(row);
        entry.dialler.start();
        tellSoon(id);
        return showUpstream(entry.upstream, entry.state());
      });
    },

    remove(id, by) {
      return inTurn(id, async () => {
        const row = await find(id);
        if (!row) throw new AppError('RELAY_UPSTREAM_NOT_FOUND');
        const data = { url: row.url, gatewayId: row.gatewayId };
        await audit.append({ actor: actorName(by), action: 'relay.upstream_remove', target: id, data }, [
          removedCompanion(id),
        ]);
        entries.get(id)?.close();
        entries.delete(id);
        await sessions.endAll(id, { by, reason: 'Its upstream was removed.' });
        bus.publish({ type: 'relay.upstream', data: { id } });
      });
    },

    async load() {
      for (const row of await db.relayUpstream.findMany({ omit: { secret: false } })) enter(row);
      left = await inbox.waiting();
    },

    begin() {
      for (const message of left.splice(0)) {
        const entry = entries.get(message.upstreamId);
        if (entry && entry.dialler.state.status !== 'disabled') sessions.receive(entry.upstream, message);
      }
      for (const { dialler } of entries.values()) dialler.start();
    },

    async drain({ fast }) {
      sessions.stopStarting();
      await Promise.all([...entries.values()].map(({ dialler }) => dialler.drain(fast)));
    },

    async close() {
      clearInterval(sweeping);
      unsubscribe();
      for (const entry of entries.values()) entry.close();
      for (const timer of telling.values()) clearTimeout(timer);
      telling.clear();
    },
  };
}
