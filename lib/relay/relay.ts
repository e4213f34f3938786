/**
 * The relay: agent gateways dial in, and this is the boundary that says who they are, whose messages reach them, where they may
 * send, and when they are cut off for good. A gateway is trusted with nothing but its own instance.
 */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
  RelayMedia,
  RelayMessage,
  SendRelayMessageBody,
  SentRelayMessage,
} from '@/lib/contracts/relay';
import type { Actor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Sealer } from '@/lib/platform/sealing';
import { createConnections, type GatewayDoor } from './connections';
import { createConversation } from './conversation';
import { createPlatformEdge } from './edge';
import { createEgressGuard } from './egress';
import { createFollowUps } from './follow-up';
import { createRelayInstances, type InstanceRow, type RelayInstances } from './instances';
import { createRelayIntake } from './intake';
import { createRelayLinking } from './linking';
import { createMediaStore, type MediaStore } from './media';
import { createConsolePlatform } from './platforms/console';
import { createConsoleMessages } from './platforms/console-messages';
import type { PlatformEdge } from './platforms/platform';
import { createPlatformRegistry, type PlatformRegistry } from './platforms/registry';
import { createPostOffice } from './post-office';
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
  interrupt(id: string, where: { chatId: string; threadId?: string | undefined }, by: Actor): Promise<boolean>;
  /** A file for a message to this instance. @throws AppError RELAY_INSTANCE_NOT_FOUND, RELAY_INSTANCE_DISABLED, BODY_TOO_LARGE, CAPACITY, BAD_REQUEST, AUDIT_UNAVAILABLE. */
  attach(id: string, file: { name: string; mime: string; bytes: Readable }, by: Actor): Promise<RelayMedia>;
  readonly media: Pick<MediaStore, 'keep' | 'find' | 'entryOf'>;
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
  /** Where gateways call tools and fetch media, and where platforms post that send by HTTP. */
  publicUrl: string;
  dataDir: string;
}

export function createRelayService(options: RelayServiceOptions): RelayService {
  const { db, audit, bus, clock, log, sealer, runs, publicUrl, dataDir } = options;
  const instances = createRelayInstances({ db, audit, clock, sealer });
  const linking = createRelayLinking({ db, audit, clock });
  const media = createMediaStore({ db, audit, clock, publicUrl, directory: join(dataDir, 'relay-media') });
  const messages = createConsoleMessages({ db, bus, clock });
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
  const edgeOf = (platform: { name: string; tenant: string }) =>
    createPlatformEdge(platform, { intake, linking, media, vault, clock });
  const platforms = createPlatformRegistry({
    ...{ db, audit, bus, clock, log, sealer, publicUrl, console: createConsolePlatform({ messages, media, bus }) },
    edgeOf,
    onRemoved(name) {
      linking.forgetAll();
      seen.forgetPlatform(name);
      vault.forgetPlatform(name);
    },
    onChanged: (name) => connections.redial(name),
  });
  const connections = createConnections({
    ...{ db, audit, clock, log, office, platforms, guard: createEgressGuard({ db, seen, isEnded: office.isEnded }) },
    followUps: createFollowUps({ vault, sessions, platforms, publicUrl }),
    onChanged: (id) => showing.changed(id),
  });
  const talk = createConversation({
    ...{ audit, bus, intake, messages, media, connectionOf: (id: string) => connections.of(id)?.connection },
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
    await media.sweep();
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
    media,
    door: connections,
    edgeOf,
    platforms,
    sweep,
    restore: sessions.restore,
    list: showing.list,
    get: async (id) => showing.detail(await instances.require(id)),
    messages: async (id, query) => messages.list((await instances.require(id)).id, query),
    linkCode: async (id, by) => linking.mint(await instances.require(id), by),

    send: async (id, body, by) => talk.send(await requireEnabled(id), body, by),
    interrupt: async (id, where, by) => talk.interrupt(await requireEnabled(id), where, by),
    attach: async (id, file, by) => talk.attach(await requireEnabled(id), file, by),

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
      await media.forget(row.id);
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
