/**
 * Each session of an instance is a run of the author who speaks in it: what the gateway does for them through the gate is done
 * under that run, seen in it and ended with it. Its process is the gateway's own, so what a revoke cuts is the way back: its
 * tokens, its capabilities, and its chat until the author writes again.
 */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { label } from '@/lib/contracts/common';
import type { Run, RunStatus, StartRunBody } from '@/lib/contracts/runs';
import type { Actor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { SystemEnding } from '@/lib/runs/ending';
import type { LiveRun, LiveRuns } from '@/lib/runs/live-runs';
import type { InstanceRow } from './instances';
import type { InboundSource } from './protocol/inbound';
import { sessionKeyOf } from './protocol/session-key';
import type { SeenChat, SeenChats } from './seen-chats';
import type { Vault } from './vault';

/** Runs, as the relay needs them. */
export interface RelayRuns {
  readonly live: Pick<LiveRuns, 'accepting'>;
  start(body: StartRunBody, by: Actor): Promise<{ run: Run }>;
  endBySystem(runId: string, ending: SystemEnding): Promise<void>;
  mintToken(runId: string, by: Actor): Promise<{ id: string; token: string; expiresAt: string }>;
  touch(run: LiveRun): void;
}

export interface RelaySessions {
  /** The author's run in the session of `source`, begun where there is none. @throws AppError LOCKED, CAPACITY, BAD_REQUEST, RUN_NOT_ACTIVE, AUDIT_UNAVAILABLE. */
  speak(instanceId: string, source: InboundSource, by: Actor): Promise<LiveRun>;
  /** Of whoever spoke last in the session. @throws AppError RUN_NOT_ACTIVE, CAPACITY, AUDIT_UNAVAILABLE. */
  mintToken(instanceId: string, sessionKey: string): Promise<{ runId: string; token: string; expiresAt: string }>;
  /** Runs that outlived a restart go on in their sessions. */
  restore(): Promise<void>;
  endIdle(): Promise<void>;
  /** Resolves when every run of the instance has ended. */
  endInstance(instanceId: string): Promise<void>;
}

interface Session {
  instanceId: string;
  key: string;
  userId: string;
  chat: SeenChat;
  runId: string;
  lastMs: number;
}

/** As tags of its run: how it is found again after a restart, and by people. */
export const sessionTags = {
  instance: 'relay.instance',
  session: 'relay.session',
  chat: 'relay.chat',
  scope: 'relay.scope',
} as const;

const cut: CompanionTable = {
  statements: [
    `UPDATE "RelayChat" SET "cutAt" = @at
     WHERE "instanceId" = @instanceId AND "platform" = @platform AND "chatId" = @chatId`,
  ],
};

export function createRelaySessions(deps: {
  db: Database;
  clock: Clock;
  runs: RelayRuns;
  seen: SeenChats;
  vault: Vault;
  requireInstance: (id: string) => Promise<InstanceRow>;
  /** Tells the gateway to stop what it does there. */
  interrupt: (instanceId: string, sessionKey: string, chatId: string) => void;
}): RelaySessions {
  const { db, clock, runs, seen, vault, requireInstance, interrupt } = deps;
  /** By instance, then by session and author. */
  const sessions = new Map<string, Map<string, Session>>();
  /** The author who spoke last in each session. */
  const speaking = new Map<string, Session>();
  const beginning = new Map<string, Promise<LiveRun>>();

  const speakingId = (instanceId: string, key: string) => `${instanceId}\0${key}`;
  const ownId = (key: string, userId: string) => `${key}\0${userId}`;
  const of = (instanceId: string) => sessions.get(instanceId) ?? new Map<string, Session>();
  const runOf = ({ runId }: Session) => runs.live.accepting(runId);

  function enter(session: Session, run: LiveRun): void {
    const { instanceId, key, userId, chat } = session;
    const own = of(instanceId);
    sessions.set(instanceId, own.set(ownId(key, userId), session));
    speaking.set(speakingId(instanceId, key), session);
    const isShared = () =>
      [...of(instanceId).values()].some((other) => other !== session && isSameChat(other.chat, chat) && runOf(other));
    run.link = {
      companions: (status) => (isCutBy(status) && !isShared() ? [cutCompanion(instanceId, chat)] : []),
      cut(status) {
        leave(session);
        vault.forget(instanceId, key);
        if (!isCutBy(status)) return;
        if (!isShared()) seen.cut(instanceId, chat);
        interrupt(instanceId, key, chat.chatId);
      },
    };
  }

  const cutCompanion = (instanceId: string, { platform, chatId }: SeenChat): Companion => ({
    table: cut,
    values: { instanceId, platform, chatId, at: storedTime(clock.now()) },
  });

  function leave(session: Session): void {
    const { instanceId, key, userId } = session;
    const own = of(instanceId);
    if (own.get(ownId(key, userId)) === session) own.delete(ownId(key, userId));
    if (own.size === 0) sessions.delete(instanceId);
    if (speaking.get(speakingId(instanceId, key)) === session) speaking.delete(speakingId(instanceId, key));
  }

  async function begin(instanceId: string, source: InboundSource, userId: string, by: Actor): Promise<LiveRun> {
    if (!principalText.safeParse(userId).success)
      throw new AppError('BAD_REQUEST', { message: 'user_id: 1–200 characters, without control characters.' });
    if (of(instanceId).size >= limits.relaySessionsPerInstance)
      throw new AppError('CAPACITY', { message: 'The instance is in too many sessions at once.' });
    const instance = await requireInstance(instanceId);
    const key = sessionKeyOf(source);
    const { run } = await runs.start(runBody(instance, source, { key, userId }), by);
    const live = runs.live.accepting(run.id);
    if (!live) throw new AppError('RUN_NOT_ACTIVE');
    enter({ instanceId, key, userId, chat: chatOf(source), runId: run.id, lastMs: clock.now() }, live);
    // Asked only now, when a revoke that comes meanwhile finds the session.
    if ((await requireInstance(instanceId)).revokedAt === null) return live;
    await runs.endBySystem(run.id, instanceRevoked);
    throw new AppError('RELAY_INSTANCE_DISABLED');
  }

  return {
    async speak(instanceId, source, by) {
      const userId = source.user_id;
      if (userId === null) throw new AppError('BAD_REQUEST', { message: 'user_id: a message has an author.' });
      const own = ownId(sessionKeyOf(source), userId);
      const id = speakingId(instanceId, own);
      // Until its first message is on its way none overtakes it, though the run is there by then.
      const underWay = beginning.get(id);
      if (underWay) return underWay;
      const session = sessions.get(instanceId)?.get(own);
      const run = session && runOf(session);
      if (run) {
        session.lastMs = clock.now();
        speaking.set(speakingId(instanceId, session.key), session);
        runs.touch(run);
        return run;
      }
      const begun = begin(instanceId, source, userId, by).finally(() => beginning.delete(id));
      beginning.set(id, begun);
      return begun;
    },

    async mintToken(instanceId, sessionKey) {
      const session = speaking.get(speakingId(instanceId, sessionKey));
      if (!session || !runOf(session)) throw new AppError('RUN_NOT_ACTIVE');
      const { runId } = session;
      const { token, expiresAt } = await runs.mintToken(runId, { kind: 'gateway', id: instanceId });
      return { runId, token, expiresAt };
    },

    async restore() {
      const rows = await db.run.findMany({ where: { kind: 'relay', endedAt: null } });
      for (const row of rows) {
        const run = runs.live.accepting(row.id);
        const tags = JSON.parse(row.tags) as Record<string, string>;
        const { [sessionTags.instance]: instanceId, [sessionTags.session]: key, [sessionTags.chat]: chatId } = tags;
        if (!run || instanceId === undefined || key === undefined || chatId === undefined) continue;
        const { userId, platform } = run.principal;
        const chat = { platform, chatId, scopeId: tags[sessionTags.scope] ?? null };
        enter({ instanceId, key, userId, chat, runId: row.id, lastMs: row.lastActivityAt.getTime() }, run);
      }
    },

    async endIdle() {
      const before = clock.now() - limits.relaySessionIdleMs;
      const idle = [...sessions.values()].flatMap((own) => [...own.values()].filter(({ lastMs }) => lastMs < before));
      const ending = { status: 'completed', action: 'run.end', tokenReason: 'run_ended' } as const;
      await Promise.all(
        idle.map(({ runId }) => runs.endBySystem(runId, { ...ending, reason: 'Nobody spoke in it any more.' })),
      );
    },

    async endInstance(instanceId) {
      await Promise.all([...of(instanceId).values()].map(({ runId }) => runs.endBySystem(runId, instanceRevoked)));
      vault.forget(instanceId);
    },
  };
}

/** As a principal of a run takes its ids, and a run its title. */
const principalText = label(200);

const instanceRevoked: SystemEnding = {
  ...{ status: 'revoked', action: 'run.revoke', tokenReason: 'manual', reason: 'Its relay instance was revoked.' },
};

/** A run that was cut off, and not one that came to its end. */
const isCutBy = (status: RunStatus) => status === 'revoked' || status === 'budget_exceeded';
const isSameChat = (one: SeenChat, other: SeenChat) => one.platform === other.platform && one.chatId === other.chatId;
const chatOf = ({ platform, chat_id: chatId, scope_id: scope }: InboundSource): SeenChat => ({
  ...{ platform, chatId, scopeId: scope ?? null },
});

/** A platform's ids are bounded less strictly than a principal's: what does not fit is left out, and stands in the tags. */
function runBody(
  { id, gatewayId, tenant }: InstanceRow,
  source: InboundSource,
  { key, userId }: { key: string; userId: string },
): StartRunBody {
  const { platform, chatId, scopeId } = chatOf(source);
  const fits = (text: string | null) => principalText.safeParse(text).data;
  const guildId = fits(scopeId);
  const channelId = fits(chatId);
  return {
    title: fits(`${source.user_name ?? userId} on ${platform} (${gatewayId})`) ?? `${platform} (${id})`,
    kind: 'relay',
    projectId: tenant,
    principal: { userId, platform, ...(guildId && { guildId }), ...(channelId && { channelId }) },
    ttlSeconds: limits.relayRunTtlSeconds,
    tags: {
      [sessionTags.instance]: id,
      [sessionTags.session]: key,
      [sessionTags.chat]: chatId,
      ...(scopeId !== null && { [sessionTags.scope]: scopeId }),
    },
  };
}
