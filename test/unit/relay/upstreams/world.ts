/** The adapter side over a real SQLite file, a real record and real sockets, with a connector and runs that tests play. */
import { openAuditLog } from '@/lib/audit/log';
import type { LiveEventPayload } from '@/lib/contracts/events';
import type { Lock } from '@/lib/contracts/locks';
import type { StartRunBody } from '@/lib/contracts/runs';
import type { Actor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { createSealer } from '@/lib/platform/sealing';
import { newSecret } from '@/lib/platform/secrets';
import type { InboundEvent } from '@/lib/relay/protocol/inbound';
import { type DialTimes, dialTimes } from '@/lib/relay/upstreams/dialler';
import { createUpstreamService, type UpstreamService } from '@/lib/relay/upstreams/upstreams';
import { nothingEnded } from '@/lib/runs/ending';
import { createLiveRuns } from '@/lib/runs/live-runs';
import { temporaryDatabase } from '@/test/support/database';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { manualClock } from '@/test/support/manual-clock';
import { type PlayedConnector, startConnector } from '@/test/support/relay/connector';
import { someRun } from '../../console/rows';

export const admin: Actor = {
  kind: 'operator',
  id: 'op_1',
  email: 'ada@example.com',
  role: 'admin',
  sessionId: 'ses_1',
};
export const secret = 'a shared secret';

export interface PlayedRun {
  id: string;
  body: StartRunBody;
  /** What its child was given, in order. */
  heard: InboundEvent[];
  interrupts: number;
  ended: { by: string; reason: string | null } | null;
  /** Its child opens a socket. */
  attach(): () => void;
  end(status: 'completed' | 'failed' | 'revoked'): void;
}

export async function upstreamWorld(times: Partial<DialTimes> = {}) {
  const database = await temporaryDatabase();
  const { db } = database;
  const clock = manualClock();
  const log = createLog('silent');
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  const events: LiveEventPayload[] = [];
  bus.subscribe((event) => void events.push(event));
  const real = await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined });
  const failing = { audit: false, start: null as AppError | null, locked: new Set<string>() };
  const audit: typeof real = {
    ...real,
    append: (...given) => (failing.audit ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(...given)),
  };
  const sealer = createSealer(newSecret());
  const live = createLiveRuns();
  const connector: PlayedConnector = await startConnector();
  const runs: PlayedRun[] = [];
  let startsAttached = true;

  function play(id: string, body: StartRunBody): PlayedRun {
    const run: PlayedRun = {
      ...{ id, body, heard: [], interrupts: 0, ended: null },
      attach: () =>
        service().attach(id, {
          async deliver(event) {
            run.heard.push(event);
          },
        }),
      end(status) {
        const one = live.get(id);
        if (one) one.acceptsCalls = false;
        live.remove(id);
        bus.publish({ type: 'run.ended', data: { ...someRun({ id }), status } });
      },
    };
    runs.push(run);
    return run;
  }

  const starter = {
    async start(body: StartRunBody) {
      if (failing.start) throw failing.start;
      const id = `run_${runs.length + 1}`;
      const { kind, projectId, title, principal, command = null } = body;
      const more = { pluginId: null, cwd: null, plugin: null, connectors: null, startedById: null };
      const grants = { allowedEndpoints: null, allowedOperations: null, budgetLimitUsd: null, spentUsd: 0 };
      const atMs = { startedAtMs: clock.now(), expiresAtMs: clock.now() + 1_000_000, lastActivityMs: clock.now() };
      const one = live.add({ id, kind, projectId, title, principal, command, ...more, ...grants, ...atMs });
      const run = play(id, body);
      const interrupt = () => {
        run.interrupts += 1;
      };
      one.terminal = { interrupt } as NonNullable<typeof one.terminal>;
      if (startsAttached) run.attach();
      return { run: someRun({ id }) };
    },
  };
  const endRun = (id: string, by: string, reason: string | null) => {
    const run = runs.find((one) => one.id === id);
    if (!run) return;
    run.ended = { by, reason };
    run.end('revoked');
  };
  const ender = {
    async end(id: string, { by, reason }: { by: Actor; reason: string | null }) {
      endRun(id, by.id, reason);
      return { runId: id, revoked: nothingEnded, tookMs: 0 };
    },
    endBySystem: async (id: string, { reason }: { reason: string | null }) => endRun(id, 'server', reason),
  };
  const lock = (id: string): Lock => ({
    ...{
      id: 'lck_1',
      target: { kind: 'user', id },
      message: 'Gone.',
      createdBy: 'op_1',
      createdAt: '',
      expiresAt: null,
    },
  });
  const locks = {
    find: ({ userIds = [] }: { userIds?: readonly string[] }) => {
      const found = userIds.find((id) => failing.locked.has(id));
      return found === undefined ? undefined : lock(found);
    },
  };
  const open = () =>
    createUpstreamService({
      ...{ db, audit, bus, clock, log, sealer, starter, ender, live, locks, chance: () => 0 },
      times: { ...dialTimes, redialFirstMs: 4, redialMaxMs: 40, ...times },
    });
  const opened: UpstreamService[] = [open()];
  const service = () => opened.at(-1) as UpstreamService;
  const row = async () => {
    const { items } = await service().list({ limit: 50 });
    const [first] = items;
    if (!first) throw new Error('There is no upstream.');
    return first;
  };

  return {
    ...{ db, audit, clock, connector, events, failing, runs, admin },
    get service() {
      return service();
    },
    row,
    setAttached(value: boolean) {
      startsAttached = value;
    },
    create: (more: object = {}) =>
      service().create(
        {
          ...{ id: 'team', url: connector.url, gatewayId: 'gw:1', secret },
          ...{ identities: [{ platform: 'discord', botId: 'bot' }] },
          ...{ handler: { command: ['agent'], projectId: 'p1' }, ...more },
        },
        admin,
      ),
    becomes: (status: string) => eventually(async () => expectStatus((await row()).status, status), { everyMs: 2 }),
    run: (number: number) => eventuallyFound(() => runs[number - 1], { everyMs: 2 }),
    /** As a start after a crash finds it: nothing but the database. */
    async restart() {
      await service().close();
      for (const run of live.all()) live.remove(run.id);
      await real.drain();
      opened.push(open());
      await service().load();
      service().begin();
    },
    rows: async (action: string) => {
      await real.drain();
      const found = await db.auditRow.findMany({ where: { action }, orderBy: { seq: 'asc' } });
      return found.map(({ data, outcome, target }) => ({ ...(JSON.parse(data) as object), outcome, target }));
    },
    drained: () => real.drain(),
    everything: async () => {
      await real.drain();
      return JSON.stringify([
        await db.auditRow.findMany(),
        await db.relayUpstream.findMany({ omit: { secret: false } }),
        await db.relayInbox.findMany(),
        events,
      ]);
    },
    async close() {
      for (const one of opened) await one.close();
      await connector.close();
      await real.drain();
      await database.close();
    },
  };
}
export type UpstreamWorld = Awaited<ReturnType<typeof upstreamWorld>>;

function expectStatus(found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`It is ${found}, not ${wanted}.`);
}
