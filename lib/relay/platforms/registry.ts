/**
 * Chat platforms that this server talks to itself. Admins set them up; each change is on the record in the commit that makes it
 * true. Those that are turned on are connected at each start, without the start waiting for any.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type {
  CreatedRelayPlatform,
  CreateRelayPlatformBody,
  RelayPlatform as ShownPlatform,
} from '@/lib/contracts/relay-platforms';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import type { Sealer } from '@/lib/platform/sealing';
import { type Entry, listPlatforms, shownPlatform } from './entry';
import { givenPlatform, openPlatformSecrets, sealPlatform, shownSettings } from './given';
import { keepPlatform } from './keeping';
import { openPlatform } from './kinds';
import type { ConnectedPlatform, PlatformDirectory, PlatformEdge, RelayPlatform } from './platform';
import { addedCompanion, enabledCompanion, removedCompanion } from './platform-tables';
import { signatureRefused } from './refusal';

export interface PlatformRegistry extends PlatformDirectory {
  /** The console first, then the newest. */
  list(page: { limit: number; cursor?: string | undefined }): Page<ShownPlatform>;
  /** The only time a signing secret is seen. @throws AppError RELAY_PLATFORM_EXISTS, ADDRESS_REFUSED, BAD_REQUEST, CAPACITY, AUDIT_UNAVAILABLE. */
  create(body: CreateRelayPlatformBody, by: Actor): Promise<CreatedRelayPlatform>;
  /** @throws AppError RELAY_PLATFORM_NOT_FOUND, RELAY_PLATFORM_BUILT_IN, AUDIT_UNAVAILABLE; as `remove`. */
  update(id: string, body: { enabled: boolean }, by: Actor): Promise<ShownPlatform>;
  /** Its bindings and chats go with it. Resolves once it is closed. */
  remove(id: string, by: Actor): Promise<void>;
  /** A request that a platform sent by HTTP. @throws AppError UNAUTHENTICATED, alike for a wrong signature and for no such platform. */
  receive(id: string, request: PlatformRequest): ReturnType<NonNullable<ConnectedPlatform['receive']>>;
  /** Reads what is stored. */
  load(): Promise<void>;
  /** Connects those that are turned on, without waiting for any. */
  begin(): void;
  close(): Promise<void>;
}

export type PlatformRequest = Parameters<NonNullable<ConnectedPlatform['receive']>>[0];

export interface PlatformRegistryOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  publicUrl: string;
  console: RelayPlatform;
  edgeOf: (platform: { name: string; tenant: string }) => PlatformEdge;
  /** Nothing that is known of its users and chats holds any more. */
  onRemoved: (name: string) => void;
  /** What it can do changed: gateways were told otherwise. */
  onChanged: (name: string) => void;
  /** What opens one, unless a test does. */
  open?: typeof openPlatform;
  retryAfterMs?: (attempt: number) => number;
}

const defaultTenant = 'default';

export function createPlatformRegistry(options: PlatformRegistryOptions): PlatformRegistry {
  const { db, audit, bus, clock, log, sealer, publicUrl, edgeOf, onRemoved, onChanged } = options;
  const { console: builtIn, open = openPlatform, retryAfterMs } = options;
  const entries = new Map<string, Entry>();
  const inTurn = createOneAtATime();
  let isClosed = false;

  const show = (entry: Entry) => shownPlatform(entry, publicUrl);

  function tell(entry: Entry): void {
    if (entries.get(entry.id) !== entry || isClosed) return;
    bus.publish({ type: 'relay.platform', data: { id: entry.id, platform: show(entry) } });
    onChanged(entry.id);
  }

  function connect(entry: Entry): void {
    const { id, tenant, label, given } = entry;
    if (!given || !entry.isEnabled || entry.kept || isClosed) return;
    const edge = edgeOf({ name: id, tenant });
    entry.kept = keepPlatform({
      ...{ name: id, clock, log, ...(retryAfterMs && { retryAfterMs }) },
      open: (changed) => open(given, { name: id, label, edge, clock, log, onChanged: changed }),
      onChanged: () => tell(entry),
    });
  }

  async function disconnect(entry: Entry): Promise<void> {
    const { kept } = entry;
    entry.kept = null;
    await kept?.close();
  }

  function requireOwn(id: string): Entry {
    if (id === builtIn.name) throw new AppError('RELAY_PLATFORM_BUILT_IN');
    const entry = entries.get(id);
    if (!entry) throw new AppError('RELAY_PLATFORM_NOT_FOUND');
    return entry;
  }

  function record(action: string, { id, kind }: Entry, by: Actor, data: Record<string, unknown> = {}) {
    return {
      actor: actorName(by),
      action: `relay.platform_${action}`,
      target: `platform:${id}`,
      data: { kind, ...data },
    };
  }

  return {
    get(name, tenant) {
      if (name === builtIn.name) return builtIn;
      const entry = entries.get(name);
      // One that a tenant set up is no way out for another's gateways.
      return entry?.tenant === tenant ? (entry.kept?.connected ?? undefined) : undefined;
    },

    list: (page) => listPlatforms([...entries.values()], { builtIn, page, show }),

    create: ({ id, label = id, settings }, by) =>
      inTurn(async () => {
        if (id === builtIn.name || entries.has(id)) throw new AppError('RELAY_PLATFORM_EXISTS');
        if (entries.size >= limits.relayPlatforms)
          throw new AppError('CAPACITY', { message: `There are ${entries.size} chat platforms: remove one first.` });
        const given = givenPlatform(settings);
        const shown = shownSettings(settings);
        const atMs = clock.now();
        const entry: Entry = {
          ...{ id, kind: settings.kind, label, tenant: defaultTenant, shown, given, isEnabled: true, kept: null },
          ...{ createdBy: actorLabel(by), createdAt: toIso(atMs) },
        };
        const { kind, tenant, createdBy } = entry;
        await audit.append(record('create', entry, by, { label, ...shown }), [
          addedCompanion(
            {
              ...{ id, kind, label, tenant, by: createdBy },
              ...{ settings: JSON.stringify(shown), secrets: sealPlatform(sealer, id, given) },
            },
            atMs,
          ),
        ]);
        entries.set(id, entry);
        connect(entry);
        tell(entry);
        return { platform: show(entry), signingSecret: given.signingSecret };
      }),

    update: (id, { enabled }, by) =>
      inTurn(async () => {
        const entry = requireOwn(id);
        if (entry.isEnabled !== enabled) {
          await audit.append(record('update', entry, by, { enabled }), [enabledCompanion(id, enabled)]);
          entry.isEnabled = enabled;
          if (enabled) connect(entry);
          else await disconnect(entry);
          tell(entry);
        }
        return show(entry);
      }),

    remove: (id, by) =>
      inTurn(async () => {
        const entry = requireOwn(id);
        await audit.append(record('remove', entry, by, { label: entry.label }), [removedCompanion(id)]);
        entries.delete(id);
        bus.publish({ type: 'relay.platform', data: { id, platform: null } });
        await disconnect(entry);
        onRemoved(id);
        onChanged(id);
      }),

    async receive(id, request) {
      const receive = entries.get(id)?.kept?.connected?.receive;
      if (!receive) throw new AppError('UNAUTHENTICATED', { message: signatureRefused });
      return receive(request);
    },

    async load() {
      const rows = await db.relayPlatform.findMany({ omit: { secrets: false }, orderBy: { createdAt: 'asc' } });
      for (const row of rows) {
        const { id, kind, label, tenant, createdBy, enabled: isEnabled } = row;
        const given = openPlatformSecrets(sealer, id, row.secrets);
        if (!given) log.error({ platform: id }, 'the secrets of a chat platform cannot be read');
        entries.set(id, {
          ...{ id, kind: kind as Entry['kind'], label, tenant, createdBy, isEnabled, given: given ?? null, kept: null },
          ...{ shown: JSON.parse(row.settings) as Entry['shown'], createdAt: row.createdAt.toISOString() },
        });
      }
    },

    begin() {
      for (const entry of entries.values()) connect(entry);
    },

    async close() {
      isClosed = true;
      await Promise.all([...entries.values()].map(disconnect));
    },
  };
}
