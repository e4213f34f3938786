/**
 * Cloud credential sessions. A session is on the record and durable before its cloud is asked; what the cloud issues is in
 * memory alone. Its status moves forward only, and a run's sessions end with the run, in the same operation.
 */
import type { AuditLog } from '@/lib/audit/log';
import type {
  CreateCredentialBody,
  CreatedCredential,
  CredentialProvider,
  CredentialRequest,
  CredentialSession,
  EndedCredentialStatus,
  ListCredentialsQuery,
  ProviderState,
  RevokeCredentialBody,
  RevokedCredential,
} from '@/lib/contracts/credentials';
import { credentialProviders } from '@/lib/contracts/credentials';
import { hasTerminal } from '@/lib/contracts/runs';
import { type Actor, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Broker } from './broker';
import type { DoorSubject } from './door-secrets';
import type { CloudDoors } from './doors';
import { createSessionEnder } from './ending';
import { createHardRevoke } from './hard-revoke';
import { createIssuing } from './issuing';
import { createLiveSessions } from './live-sessions';
import { type CredentialRun, createSessionOpener } from './opening';
import { createPlanning, type PlannedCredential } from './planning';
import { createProfileService, type ProfileService } from './profiles';
import { listSessions } from './query';
import { restoreSessions } from './restoring';
import { chargedCompanion, toSession } from './rows';
import { createServing, type Serving } from './serving';

export interface CredentialService {
  /**
   * @throws AppError BAD_REQUEST, INVALID_POLICY, POLICY_TOO_LARGE, FORBIDDEN, PROVIDER_NOT_CONFIGURED, RATE_LIMITED,
   *   RUN_NOT_FOUND, RUN_NOT_ACTIVE, PROVIDER_REFUSED (then the session is there, failed), AUDIT_UNAVAILABLE.
   */
  create(body: CreateCredentialBody, by: Actor): Promise<CreatedCredential>;
  /** @throws AppError SESSION_NOT_FOUND; an id that is no UUID is refused before it is looked up. */
  get(id: string): Promise<CredentialSession>;
  list(query: ListCredentialsQuery): Promise<{ items: CredentialSession[]; nextCursor: string | null }>;
  /** Again: the session as it is, and refused at its cloud where that is asked. @throws AppError SESSION_NOT_FOUND, AUDIT_UNAVAILABLE. */
  revoke(id: string, body: RevokeCredentialBody, by: Actor): Promise<RevokedCredential>;
  /** @throws AppError SESSION_NOT_FOUND, SESSION_EXPIRED, AUDIT_UNAVAILABLE. */
  spend(
    id: string,
    body: { usd: number; source: string },
    by: Actor,
  ): Promise<{ spentUsd: number; limitUsd: number | null; exceeded: boolean }>;
  providers(): ProviderState[];
  readonly profiles: ProfileService;
  readonly serving: Serving;

  /** What is wrong with what a run is asked for with, before that run exists. @throws AppError as `create`. */
  plan(requests: readonly CredentialRequest[], by: Actor): Promise<PlannedCredential[]>;
  /** Opens them for a run that is about to start, and answers what its process finds in its environment. @throws AppError as `create`. */
  openFor(run: CredentialRun, planned: readonly PlannedCredential[], by: Actor): Promise<OpenedForRun>;
  /** Ends what a run has, from the moment it is called. @returns how many. Never rejects: what cannot be written is logged. */
  endRun(runId: string, status: EndedCredentialStatus, reason: string): Promise<number>;
  /** Live sessions of a run. */
  count(runId: string): number;
  /** Ends what is over, lifts what refuses nothing any more, and forgets what was kept long enough. */
  sweep(): Promise<void>;
  /** What a start finds of the last one, once the live runs are known. */
  restore(): Promise<void>;
  close(): void;
}

export interface OpenedForRun {
  env: Record<string, string>;
  notices: string[];
}

export interface CredentialServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  brokers: Readonly<Record<CredentialProvider, Broker>>;
  doors: CloudDoors;
  /** A run that still takes what is begun for it. */
  liveRun: (runId: string) => CredentialRun | undefined;
}

const issueScope = 'credentials:issue';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function createCredentialService(options: CredentialServiceOptions): CredentialService {
  const { db, audit, bus, clock, log, brokers, doors, liveRun } = options;
  const live = createLiveSessions();
  const isLive = (runId: string) => liveRun(runId) !== undefined;
  const profiles = createProfileService({ db, audit, clock });
  const planning = createPlanning({ clock, brokers, profiles });
  const issuing = createIssuing({ audit, bus, clock, brokers });
  const ender = createSessionEnder({ audit, bus, clock, log, live });
  const opener = createSessionOpener({ db, audit, bus, clock, live, issuing, ender, isLive });
  const hardRevoke = createHardRevoke({ db, audit, clock, log, brokers });

  let forgottenMs = 0;

  async function requireRow(id: string) {
    const row = uuid.test(id) ? await db.credentialSession.findUnique({ where: { id } }) : null;
    if (!row) throw new AppError('SESSION_NOT_FOUND', { message: `No such credential session: ${id.slice(0, 64)}.` });
    return row;
  }

  async function requireRun(id: string): Promise<CredentialRun> {
    const run = liveRun(id);
    if (run) return run;
    const row = await db.run.findUnique({ where: { id }, select: { status: true } });
    if (!row) throw new AppError('RUN_NOT_FOUND', { message: `No such run: ${id.slice(0, 64)}.` });
    throw new AppError('RUN_NOT_ACTIVE', { message: `The run has ended (${row.status}).` });
  }

  const doorOf = (run: CredentialRun | null, sessionId: string): DoorSubject =>
    run === null ? { kind: 'session', sessionId } : { kind: 'run', runId: run.id };

  async function sweep(): Promise<void> {
    const nowMs = clock.now();
    const over = [...live.all()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
    await Promise.all(over.map((one) => ender.endNow(one, { status: 'expired', reason: 'Its time was over.' })));
    await hardRevoke.liftDue();
    if (nowMs < forgottenMs + hourMs) return;
    forgottenMs = nowMs;
    // An active session has no end.
    const keptSince = new Date(nowMs - limits.credentialRetentionDays * dayMs);
    await db.credentialSession.deleteMany({ where: { endedAt: { lt: keptSince } } });
  }
  const sweeping = setInterval(
    () =>
      void sweep().catch((error: unknown) =>
        log.error({ err: error }, 'ended credential sessions could not be written'),
      ),
    limits.credentialSweepMs,
  );
  sweeping.unref();

  return {
    profiles,
    serving: createServing({ db, clock, live, issuing, isLive }),

    async create({ runId, ...request }, by) {
      const run = runId === undefined ? null : await requireRun(runId);
      const planned = await planning.plan(request, by);
      const { session, reused, notices } = await opener.open(planned, run, by);
      const created = { ...session.shown, reused, notices };
      // The environment of a process that runs already cannot be changed: what it started with leads to this session too.
      if (run && hasTerminal(run)) return created;
      const { provider } = request;
      const door = await doors.open({ provider, subject: doorOf(run, session.shown.id), here: false });
      return { ...created, notices: [...notices, ...door.notices], env: door.env };
    },

    get: async (id) => toSession(await requireRow(id)),
    list: (query) => listSessions(db, query),

    async revoke(id, { reason, hard = false }, by) {
      await requireRow(id);
      const session = live.get(id);
      if (session) await ender.end(session, { status: 'revoked', reason, by });
      const outcome = hard ? await hardRevoke.deny(await requireRow(id), reason, by) : null;
      const shown = toSession(await requireRow(id));
      if (outcome?.ok) bus.publish({ type: 'credential.changed', data: shown });
      return { ...shown, hardRevoke: outcome };
    },

    async spend(id, { usd, source }, by) {
      const row = await requireRow(id);
      const session = live.get(id);
      if (!session)
        throw new AppError('SESSION_EXPIRED', { message: `The credential session has ended (${row.status}).` });
      const { runId, budgetUsd } = session.shown;
      await audit.append(
        { actor: actorName(by), action: 'credential.spend', target: id, data: { runId, usd, source } },
        [chargedCompanion(id, usd)],
      );
      const spentUsd = session.shown.spentUsd + usd;
      session.shown = { ...session.shown, spentUsd };
      const exceeded = budgetUsd !== null && spentUsd > budgetUsd;
      if (exceeded) {
        const reason = `Spent $${spentUsd.toFixed(2)} of $${budgetUsd.toFixed(2)}.`;
        await ender.endNow(session, { status: 'budget_exceeded', reason });
      } else bus.publish({ type: 'credential.changed', data: session.shown });
      return { spentUsd, limitUsd: budgetUsd, exceeded };
    },

    providers: () =>
      credentialProviders.map((provider) => {
        const broker = brokers[provider];
        const missing = broker.missing();
        return {
          ...{ provider, configured: missing === null, missing },
          defaultPrincipalId: broker.defaultPrincipalId(),
          hardRevoke: broker.denySession !== undefined,
        };
      }),

    async plan(requests, by) {
      // A key that may start runs may not by that give them a cloud.
      if (requests.length > 0 && by.kind === 'key' && !by.scopes.includes(issueScope))
        throw new AppError('FORBIDDEN', { details: { needs: issueScope } });
      const twice = requests.find(({ provider }, at) => requests.findIndex((one) => one.provider === provider) !== at);
      if (twice)
        throw new AppError('BAD_REQUEST', {
          message: `credentials: a run has at most one session at a cloud, and ${twice.provider} is asked for twice.`,
        });
      return Promise.all(requests.map((request) => planning.plan(request, by)));
    },

    async openFor(run, planned, by) {
      const opened = await Promise.all(
        planned.map(async (one) => {
          const { notices } = await opener.open(one, run, by);
          const subject = doorOf(run, '');
          const door = await doors.open({ provider: one.request.provider, subject, here: hasTerminal(run) });
          return { env: door.env, notices: [...notices, ...door.notices] };
        }),
      );
      return {
        env: Object.assign({}, ...opened.map(({ env }) => env)),
        notices: opened.flatMap(({ notices }) => notices),
      };
    },

    async endRun(runId, status, reason) {
      doors.closeRun(runId);
      const sessions = live.allOfRun(runId);
      await Promise.all(sessions.map((session) => ender.endNow(session, { status, reason })));
      return sessions.length;
    },

    count: (runId) => live.allOfRun(runId).length,
    sweep,
    async restore() {
      await restoreSessions({ db, audit, clock, live, liveRun, doors });
      await hardRevoke.restore();
    },
    close() {
      clearInterval(sweeping);
      doors.close();
    },
  };
}
