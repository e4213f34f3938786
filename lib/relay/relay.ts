/**
 * The relay: agent gateways dial in, and this is the boundary that says who they are, whose messages reach them, where they may
 * send, and when they are cut off for good. A gateway is trusted with nothing but its own instance.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type {
  ListRelayInstancesQuery,
  ListRelayMessagesQuery,
  ProvisionBody,
  Provisioned,
  RelayInstance,
  RelayInstanceDetail,
  RelayLinkCode,
  RelayMessage,
  SendRelayMessageBody,
  SentRelayMessage,
} from '@/lib/contracts/relay';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Sealer } from '@/lib/platform/sealing';
import { createConnections, type GatewayDoor } from './connections';
import { createPlatformEdge } from './edge';
import { createEgressGuard } from './egress';
import { createFollowUps } from './follow-up';
import { createRelayInstances, type InstanceRow, type RelayInstances } from './instances';
import { createRelayIntake } from './intake';
import { createRelayLinking } from './linking';
import { consoleName, consoleSessionKey, createConsolePlatform } from './platforms/console';
import type { PlatformEdge } from './platforms/platform';
import { createPlatformRegistry, type PlatformRegistry } from './platforms/registry';
import { createPostOffice } from './post-office';
import type { InboundEvent } from './protocol/inbound';
import { createSeenChats } from './seen-chats';
import { createRelaySessions, type RelayRuns } from './sessions';
import { createShowing } from './showing';
import { createVault } from './vault';
import { createRelayWaker } from './wake';

export interface RelayService {
  list(query: ListRelayInstancesQuery): Promise<Page<RelayInstance>>;
  /** By its id or its gateway's, as all below. @throws AppError RELAY_INSTANCE_NOT_FOUND. */
  get(id: string): Promise<RelayInstanceDetail>;
  messages(id: string, query: ListRelayMessagesQuery): Promise<Page<RelayMessage>>;
  /** @throws AppError RELAY_INSTANCE_NOT_FOUND, RELAY_INSTANCE_DISABLED, RELAY_BUFFER_FULL, BAD_REQUEST, RATE_LIMITED, AUDIT_UNAVAILABLE. */
  send(id: string, body: SendRelayMessageBody, by: Actor): Promise<SentRelayMessage>;
  /** False where its gateway is not there. @throws AppError RELAY_INSTANCE_NOT_FOUND, RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE. */
  interrupt(id: string, chatId: string, by: Actor): Promise<boolean>;
  linkCode(id: string, by: Actor): Promise<RelayLinkCode>;
  provision(body: ProvisionBody, by: Actor): Promise<Provisioned>;
  /** Ends it for good: bindings, secrets and what waits are gone, and its socket is closed with 4401 `revoked`. */
  revoke(id: string, reason: string, by: Actor): Promise<RelayInstance>;
  /** Drops what waited too long, and ends runs nobody speaks in. Runs by itself every minute. */
  sweep(): Promise<void>;
  /** Brings the runs of sessions back after a restart: before anything is received. */
  restore(): Promise<void>;
  /** The way in for a platform that this server talks to. */
  edgeOf(platform: { name: string; tenant: string }): PlatformEdge;
  readonly instances: Pick<RelayInstances, 'mintEnrolment' | 'enroll' | 'rotate' | 'authenticate' | 'require'>;
  readonly door: GatewayDoor;
  /** Chat platforms that this server talks to itself. */
  readonly platforms: PlatformRegistry;
  close(): Promise<void>;
}

export interface RelayServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  runs: RelayRuns;
  /** Where gateways call tools, and where platforms post that send by HTTP. */
  publicUrl: string;
}

export function createRelayService(options: RelayServiceOptions): RelayService {
  const { db, audit, bus, clock, log, sealer, runs, publicUrl } = options;
  const instances = createRelayInstances({ db, audit, clock, sealer });
  const linking = createRelayLinking({ db, audit, clock });
  const talk = createConsolePlatform({ db, bus, clock });
  const seen = createSeenChats({ db });
  const vault = createVault({ clock });
  const waker = createRelayWaker({ audit, clock });
  const office = createPostOffice({
    ...{ db, audit, clock, log },
    onDepth: (id) => showing.changed(id),
    onWaiting: (id) => void wake(id),
  });
  const sessions = createRelaySessions({
    ...{ db, clock, runs, seen, vault, requireInstance: instances.require },
    interrupt: (id, sessionKey, chatId) => connections.of(id)?.connection.interrupt(sessionKey, chatId),
  });
  const intake = createRelayIntake({
    ...{ audit, linking, sessions, seen, post: office.post, onLinked: (id: string) => showing.changed(id) },
  });
  const edgeOf = (platform: { name: string; tenant: string }) => createPlatformEdge(platform, { intake, vault, clock });
  const platforms = createPlatformRegistry({
    ...{ db, audit, bus, clock, log, sealer, publicUrl, console: talk },
    edgeOf,
    onRemoved(name) {
      linking.forgetAll();
      seen.forgetPlatform(name);
      vault.forgetPlatform(name);
    },
    onChanged: (name) => connections.redial(name),
  });
  const connections = createConnections({
    ...{ db, audit, clock, log, office, platforms, guard: createEgressGuard({ db, seen }) },
    followUps: createFollowUps({ vault, sessions, platforms, publicUrl }),
    onChanged: (id) => showing.changed(id),
  });
  const showing = createShowing({ db, bus, log, office, connections });

  async function wake(id: string): Promise<void> {
    try {
      waker.poke(await instances.require(id));
    } catch (error) {
      log.error({ err: error, instanceId: id }, 'a gateway that sleeps could not be looked up');
    }
  }

  async function sweep(): Promise<void> {
    await office.dropOutdated();
    await sessions.endIdle();
  }
  const sweeping = setInterval(
    () => void sweep().catch((error: unknown) => log.error({ err: error }, 'the relay could not be swept')),
    limits.relaySweepMs,
  ).unref();

  async function requireEnabled(id: string): Promise<InstanceRow> {
    const instance = await instances.require(id);
    if (instance.revokedAt) throw new AppError('RELAY_INSTANCE_DISABLED');
    return instance;
  }

  return {
    instances,
    door: connections,
    edgeOf,
    platforms,
    sweep,
    restore: sessions.restore,
    list: showing.list,
    get: async (id) => showing.detail(await instances.require(id)),
    messages: async (id, query) => talk.list((await instances.require(id)).id, query),
    linkCode: async (id, by) => linking.mint(await instances.require(id), by),

    async send(id, { chatId, text, prompt }, by) {
      const instance = await requireEnabled(id);
      const authorName = actorLabel(by);
      const author = { tenant: instance.tenant, platform: consoleName, userId: by.id, userName: authorName };
      const { message, companion } = talk.drafted({ instanceId: instance.id, chatId, authorName, text });
      if (prompt) await talk.choose(instance.id, chatId, prompt);
      const event = eventOf(message, by.id, prompt);
      const result = await intake.receive({
        ...{ author, source: event.source, content: { kind: 'inbound', event }, chosen: instance },
        ...{ by: { actor: by, name: actorName(by) }, companions: [companion] },
      });
      if (result.outcome === 'refused')
        throw new AppError('BAD_REQUEST', { message: 'The link code is wrong, used or over.' });
      if (result.outcome !== 'delivered') return { messageId: message.id, bufferId: null };
      bus.publish({ type: 'relay.message', data: message });
      return { messageId: message.id, bufferId: result.bufferId };
    },

    async interrupt(id, chatId, by) {
      const instance = await requireEnabled(id);
      const sessionKey = consoleSessionKey(chatId);
      await audit.append({
        ...{ actor: actorName(by), action: 'relay.interrupt', target: instance.id, data: { sessionKey } },
      });
      const { connection } = connections.of(instance.id) ?? {};
      if (!connection?.isAwake) return false;
      connection.interrupt(sessionKey, chatId);
      return true;
    },

    async provision(body, by) {
      const provisioned = await instances.provision(body, by);
      const { id } = await instances.require(provisioned.gatewayId);
      office.begin(id);
      showing.changed(id);
      return provisioned;
    },

    async revoke(id, reason, by) {
      const row = await instances.revoke(id, reason, by);
      office.end(row.id);
      waker.forget(row.id);
      seen.forget(row.id);
      linking.forget(row.id);
      connections.revoke(row.id);
      await sessions.endInstance(row.id);
      showing.changed(row.id);
      return showing.one(row);
    },

    async close() {
      clearInterval(sweeping);
      showing.close();
      await platforms.close();
      await platforms.close();
    },
  };
}

function eventOf(
  { id, chatId, text, authorName }: RelayMessage,
  userId: string,
  prompt: SendRelayMessageBody['prompt'],
): InboundEvent {
  return {
    ...{ text, message_type: 'text', message_id: id },
    source: {
      ...{ platform: consoleName, chat_id: chatId, chat_type: 'dm', user_id: userId, user_name: authorName },
      ...{ thread_id: null, chat_name: null, chat_topic: null, message_id: id },
    },
    ...{ media_urls: [], media: [], reply_to_message_id: null, reply_to: null, context: [], context_error: null },
    prompt_response: prompt ? { prompt_id: prompt.id, option_id: prompt.optionId } : null,
  };
}
