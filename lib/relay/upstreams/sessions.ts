/**
 * From a message to the run that serves its session. The first one starts it, for the author that the connector observed, with
 * the command of the upstream; later ones reach it over its own sockets; a run that ended is replaced at the next message.
 * Locks and plugins refuse it as they do any run, and then the author hears nothing.
 */
import type { Run } from '@/lib/contracts/runs';
import type { LockIndex } from '@/lib/locks/lock-index';
import { type Actor, serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { AppError, isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import type { RunEnder, SystemEnding } from '@/lib/runs/ending';
import type { LiveRuns } from '@/lib/runs/live-runs';
import type { RunStarter } from '@/lib/runs/starting';
import type { DropReason } from './drops';
import type { Inbox, InboxMessage } from './inbox';
import { runBodyOf } from './run-body';
import { createSession, handOver, type Outlet, type Session, targetOf } from './session';
import type { Upstream } from './stored';

export interface Sessions {
  /** A message that is durable, of an author who can be a principal. Returns at once: what becomes of it is told by the inbox. */
  receive(upstream: Upstream, message: InboxMessage): void;
  /** False where no such session is there. What waits of it is dropped, and its run interrupted. */
  interrupt(upstreamId: string, wireKey: string, chatId: string): boolean;
  /** A socket of a run's child is there. @returns what to call when it is gone. */
  attach(runId: string, outlet: Outlet): () => void;
  /** Undefined for a run that serves no session. */
  ofRun(runId: string): Session | undefined;
  count(upstreamId: string): number;
  onRunEnded(run: Pick<Run, 'id' | 'status'>): void;
  /** Ends the runs of an upstream and forgets its sessions. */
  endAll(upstreamId: string, ending: { by: Actor; reason: string }): Promise<void>;
  /** From now on no run is started: what comes waits for the next start of the server. */
  stopStarting(): void;
  /** Tries what could not be started for want of room. */
  retry(): void;
}

export interface SessionsOptions {
  clock: Clock;
  log: Log;
  inbox: Pick<Inbox, 'handed' | 'dropped'>;
  starter: Pick<RunStarter, 'start'>;
  ender: Pick<RunEnder, 'end' | 'endBySystem'>;
  live: LiveRuns;
  locks: LockIndex;
  onDropped: (upstreamId: string, reason: DropReason) => void;
  /** A run of the upstream came, went, or could not begin, and why. */
  onChanged: (upstreamId: string, problem?: string) => void;
}

/** What may be otherwise in a minute; anything else will be the same then. */
const passing = new Set(['CAPACITY', 'AUDIT_UNAVAILABLE', 'SHUTTING_DOWN']);
const crowdedOut: SystemEnding = {
  ...{ status: 'completed', action: 'run.end', tokenReason: 'run_ended' },
  reason: 'It was quiet longest when another session needed its place.',
};
const unserved: SystemEnding = {
  ...{ status: 'revoked', action: 'run.revoke', tokenReason: 'run_ended', reason: 'Its upstream is gone.' },
};

export function createSessions(options: SessionsOptions): Sessions {
  const { clock, log, inbox, starter, ender, live, locks, onDropped, onChanged } = options;
  const sessions = new Map<string, Session>();
  const byRun = new Map<string, Session>();
  /** Sockets of runs that are still being started: a child may be quicker than the row of its run. */
  const early = new Map<string, Set<Outlet>>();
  /** One run after the other: a restart finds many sessions at once, and each run is a process. */
  const inTurn = createOneAtATime();
  let mayStart = true;

  const idOf = (upstreamId: string, key: string) => `${upstreamId} ${key}`;
  const all = () => [...sessions.values()];

  function drop(session: Session, message: InboxMessage, reason: DropReason, because: string): void {
    inbox.dropped(message, because);
    onDropped(session.upstream.id, reason);
  }

  /** A lock on who wrote it bites, also where somebody else's run would hear it. */
  function lockOn({ upstream }: Session, { event }: InboxMessage): string | null {
    const { pluginId, projectId } = upstream.handler;
    const lock = locks.find({ userIds: [event.source.user_id ?? ''], pluginId, projectId });
    return lock ? `The ${lock.target.kind} ${lock.target.id} is locked.` : null;
  }

  function refuseLocked(session: Session): void {
    for (const message of [...session.waiting]) {
      const lock = lockOn(session, message);
      if (lock === null) continue;
      session.waiting.splice(session.waiting.indexOf(message), 1);
      drop(session, message, 'refused', lock);
    }
  }

  function advance(session: Session): void {
    refuseLocked(session);
    forgetIfOver(session);
    if (session.waiting.length === 0 || session.isStarting || session.isHeld) return;
    if (session.runId !== null && live.accepting(session.runId)) void handOver(session, inbox);
    else if (mayStart) void start(session);
  }

  async function start(session: Session): Promise<void> {
    leaveRun(session);
    session.isStarting = true;
    const goesOn = await inTurn(() => tryStart(session));
    session.isStarting = false;
    if (goesOn) advance(session);
  }

  /** False where it is tried again later: at the next message, or the next look. */
  async function tryStart(session: Session): Promise<boolean> {
    const { upstream } = session;
    try {
      await makeRoom();
      const [first] = session.waiting;
      if (!first) return true;
      const { run } = await starter.start(runBodyOf(session, first), serverActor);
      if (session.isOver) await ender.endBySystem(run.id, unserved);
      else adopt(session, run.id);
      return true;
    } catch (error) {
      if (!isAppError(error))
        log.error({ err: error, upstreamId: upstream.id }, 'a run of an upstream failed to begin');
      const message = isAppError(error) ? error.message : 'It failed here: the log has the details.';
      onChanged(upstream.id, `No run could begin: ${message}`);
      if (!isAppError(error) || passing.has(error.code)) return false;
      const refused = session.waiting.shift();
      if (refused) drop(session, refused, 'refused', message);
      return true;
    }
  }

  function adopt(session: Session, runId: string): void {
    Object.assign(session, { runId, handed: 0, isHeld: false });
    byRun.set(runId, session);
    for (const outlet of early.get(runId) ?? []) session.outlets.add(outlet);
    early.delete(runId);
    onChanged(session.upstream.id);
    // It may be gone already: its end was told before anybody knew whose it was.
    if (!live.accepting(runId)) endOf(session, 'completed');
  }

  async function makeRoom(): Promise<void> {
    if (byRun.size < limits.upstreamRuns) return;
    const [longest] = [...byRun.values()].sort((a, b) => a.lastMs - b.lastMs);
    const quietMs = clock.now() - (longest?.lastMs ?? 0);
    if (!longest?.runId || quietMs < limits.upstreamQuietMs) throw new AppError('CAPACITY');
    await ender.endBySystem(longest.runId, crowdedOut);
  }

  function leaveRun(session: Session): void {
    if (session.runId !== null) byRun.delete(session.runId);
    session.runId = null;
    session.outlets.clear();
  }

  function endOf(session: Session, status: Run['status']): void {
    const hadSome = session.handed > 0;
    leaveRun(session);
    onChanged(session.upstream.id);
    if (status === 'revoked')
      for (const message of session.waiting.splice(0)) drop(session, message, 'cancelled', 'Its run was revoked.');
    // One that ends before it took anything would end again: it is not started in a circle.
    session.isHeld = !hadSome;
    advance(session);
  }

  function forgetIfOver(session: Session): void {
    if (session.runId !== null || session.isStarting || session.waiting.length > 0) return;
    const id = idOf(session.upstream.id, session.key);
    if (sessions.get(id) === session) sessions.delete(id);
  }

  return {
    ofRun: (runId) => byRun.get(runId),
    count: (upstreamId) => [...byRun.values()].filter(({ upstream }) => upstream.id === upstreamId).length,
    stopStarting() {
      mayStart = false;
    },
    retry() {
      for (const session of all()) advance(session);
    },

    receive(upstream, message) {
      const id = idOf(upstream.id, message.sessionKey);
      const session = sessions.get(id) ?? createSession(upstream, message, clock.now());
      sessions.set(id, session);
      if (session.waiting.length < limits.upstreamSessionMessages) session.waiting.push(message);
      else drop(session, message, 'full', 'Too many messages of its session wait.');
      Object.assign(session, { target: targetOf(message.event.source), isHeld: false, lastMs: clock.now() });
      advance(session);
    },

    interrupt(upstreamId, wireKey, chatId) {
      const named = all().filter(
        ({ upstream, wireKey: key, target }) =>
          upstream.id === upstreamId && key === wireKey && target.chatId === chatId,
      );
      const [session] = named;
      // The frame does not say which of two scopes it means: neither is taken for the other.
      if (!session || named.length > 1) return false;
      for (const message of session.waiting.splice(0)) drop(session, message, 'cancelled', 'It was interrupted.');
      if (session.runId !== null) live.accepting(session.runId)?.terminal?.interrupt();
      return true;
    },

    attach(runId, outlet) {
      const session = byRun.get(runId);
      if (session) {
        session.outlets.add(outlet);
        advance(session);
      } else if (all().some(({ isStarting }) => isStarting))
        early.set(runId, (early.get(runId) ?? new Set()).add(outlet));
      return () => {
        byRun.get(runId)?.outlets.delete(outlet);
        early.get(runId)?.delete(outlet);
        if (early.get(runId)?.size === 0) early.delete(runId);
      };
    },

    onRunEnded({ id, status }) {
      early.delete(id);
      const session = byRun.get(id);
      if (session) endOf(session, status);
    },

    async endAll(upstreamId, { by, reason }) {
      const own = all().filter(({ upstream }) => upstream.id === upstreamId);
      for (const session of own) {
        session.waiting.splice(0);
        session.isOver = true;
        sessions.delete(idOf(upstreamId, session.key));
      }
      const ending = { status: 'revoked', action: 'run.revoke', tokenReason: 'manual', by, reason } as const;
      const runs = own.flatMap(({ runId }) => (runId === null ? [] : [runId]));
      // What happened to the upstream is on the record already: its runs end whether that can be written or not.
      await Promise.all(runs.map((runId) => ender.end(runId, { ...ending, refuseUnrecorded: false })));
    },
  };
}
