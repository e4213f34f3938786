/**
 * Connectors: added, changed and removed by admins, each act on the record first; started, watched and called. Secrets go in
 * and are never shown again: answers, events, the record and the log hold the mask.
 */
import type { z } from 'zod';
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type {
  AnyTransport,
  Connector,
  ConnectorLimits,
  CreateConnectorBody,
  connectorAccess,
  importConnectorsResult,
  testConnectorResult,
  UpdateConnectorBody,
} from '@/lib/contracts/connectors';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import { createOneAtATimeByKey } from '@/lib/platform/one-at-a-time';
import type { Sealer } from '@/lib/platform/sealing';
import { pluginsWithAccess, pluginsWithCapabilities } from './access';
import { callTool } from './calling';
import type { ConnectorDirectory } from './directory';
import { createEntry, type Entry, redactorOf, viewOf } from './entry';
import { requireUsableLimits, requireUsableTransport, transportForRecord } from './given';
import { entryToConnector, importEntries } from './import';
import { createLifecycle } from './lifecycle';
import { listEntries } from './listing';
import { nextOverrides } from './overrides';
import type { JudgeTool } from './safety';
import { createSchemaCompiler } from './schema';
import { maskTransport, sealSecrets, unmaskTransport } from './secrets';
import type { ForeignTool, OpenSession } from './session';
import { loadConnectors, rowOf, type StoredConnector } from './stored';
import { testEntry } from './testing';
import { createWatchdog } from './watchdog';

export interface BundledConnector {
  id: string;
  name: string;
  transport: AnyTransport;
  /** Of one whose tools are known: how they are judged, and what they are before it is asked. */
  known?: { judge: JudgeTool; tools: readonly ForeignTool[]; limits: ConnectorLimits };
}

export interface ConnectorService extends ConnectorDirectory {
  /** Newest first. */
  list(page: { limit: number; cursor?: string | undefined }): Page<Connector>;
  /** @throws AppError CONNECTOR_NOT_FOUND, as everything below that takes an id. */
  view(id: string): Connector;
  /** @throws AppError ALREADY_EXISTS, BAD_REQUEST, ADDRESS_REFUSED. */
  create(body: CreateConnectorBody, by: Actor, addedBy?: string): Promise<Connector>;
  /** @throws AppError BUNDLED for the name or transport of one that comes with Gatehouse. */
  update(id: string, body: UpdateConnectorBody, by: Actor): Promise<Connector>;
  /** Resolves once its process is gone. @throws AppError BUNDLED. */
  remove(id: string, by: Actor): Promise<void>;
  /** Each entry by itself: what is wrong with one keeps no other out. */
  importServers(servers: Record<string, unknown>, by: Actor): Promise<z.infer<typeof importConnectorsResult>>;
  /** Starts it once more beside what runs, asks for its tools, and ends it. */
  test(id: string, by: Actor): Promise<z.infer<typeof testConnectorResult>>;
  /** The newest of its standard error, as inert text. */
  stderr(id: string): string;
  access(id: string): Promise<z.infer<typeof connectorAccess>>;
  /** Starts every enabled one, without waiting for any. */
  begin(): void;
  /** Ends every connector. */
  close(): Promise<void>;
}

export interface ConnectorServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  open: OpenSession;
  bundled: readonly BundledConnector[];
}

const bundledBy = 'bundled';

type NewConnector = Omit<CreateConnectorBody, 'transport'> & Pick<BundledConnector, 'transport' | 'known'>;

/** Loads what is stored. */
export async function createConnectorService(options: ConnectorServiceOptions): Promise<ConnectorService> {
  const { db, audit, bus, clock, log, sealer, open, bundled } = options;
  const compiler = createSchemaCompiler({ watchdog: createWatchdog() });
  const entries = new Map<string, Entry>();
  const lifecycle = createLifecycle({
    db,
    bus,
    clock,
    log,
    open,
    compiler,
    isKnown: (entry) => entries.get(entry.id) === entry,
  });
  /** Changes of one connector come one after the other. */
  const inTurn = createOneAtATimeByKey();

  function requireEntry(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw new AppError('CONNECTOR_NOT_FOUND');
    return entry;
  }

  function enter(stored: StoredConnector): Entry {
    const entry = createEntry(stored);
    entries.set(entry.id, entry);
    return entry;
  }

  function create(body: CreateConnectorBody, by: Actor, addedBy = actorLabel(by)): Promise<Connector> {
    return inTurn(body.id, () => add({ ...body, transport: unmaskTransport(body.transport, undefined) }, by, addedBy));
  }

  async function add(
    { id, name, transport: real, enabled, limits: given = {}, known }: NewConnector,
    by: Actor,
    addedBy: string,
  ): Promise<Connector> {
    if (entries.has(id))
      throw new AppError('ALREADY_EXISTS', { message: `There is a connector with the id "${id}" already.` });
    requireUsableTransport(real);
    const stored: StoredConnector = {
      ...{ id, name, enabled, addedBy, transport: real, masked: maskTransport(real), limits: given },
      ...{ overrides: {}, tools: [], createdAt: new Date(clock.now()) },
    };
    await audit.append({
      actor: actorName(by),
      action: 'connector.create',
      target: targetOf(id),
      data: { name, transport: transportForRecord(real), enabled, limits: given, addedBy },
    });
    // What comes with Gatehouse is given anew at each start.
    const secrets = addedBy === bundledBy ? null : sealSecrets(real, id, sealer);
    await db.connector.create({ data: rowOf(stored, secrets) });
    const entry = enter(stored);
    await know(entry, known);
    if (enabled) lifecycle.start(entry);
    else lifecycle.announce(entry);
    return viewOf(entry);
  }

  /** Its tools are there before it was ever started. */
  async function know(entry: Entry, known: BundledConnector['known']): Promise<void> {
    if (!known) return;
    entry.judge = known.judge;
    await lifecycle.recall(entry, known.tools);
  }

  function remove(id: string, by: Actor, { evenBundled = false } = {}): Promise<void> {
    return inTurn(id, async () => {
      const entry = requireEntry(id);
      if (entry.addedBy === bundledBy && !evenBundled) throw new AppError('BUNDLED');
      await audit.append({
        actor: actorName(by),
        action: 'connector.remove',
        target: targetOf(id),
        data: { name: entry.name },
      });
      await db.connector.delete({ where: { id } });
      entries.delete(id);
      bus.publish({ type: 'connector.changed', data: { id, connector: null } });
      await lifecycle.stop(entry);
    });
  }

  async function load(): Promise<void> {
    const onUnreadable = (id: string) => log.error({ connector: id }, 'a stored connector cannot be read');
    for (const stored of await loadConnectors(db, { sealer, onUnreadable })) {
      const given = bundled.find(({ id }) => id === stored.id && stored.addedBy === bundledBy);
      const entry = enter(
        given
          ? { ...stored, name: given.name, transport: given.transport, masked: maskTransport(given.transport) }
          : stored,
      );
      if (given?.known) await know(entry, given.known);
      else await lifecycle.recall(entry, stored.tools);
      if (stored.addedBy === bundledBy && !given) await remove(stored.id, serverActor, { evenBundled: true });
    }
    for (const { id, name, transport, known } of bundled) {
      const entry = entries.get(id);
      const given = { id, name, transport, enabled: true, ...(known && { known, limits: known.limits }) };
      if (!entry) await add(given, serverActor, bundledBy);
      else if (entry.addedBy !== bundledBy)
        log.warn({ connector: id }, 'a connector that was added has the id of a bundled one, which is left out');
    }
  }

  await load();

  return {
    begin() {
      for (const entry of entries.values()) lifecycle.start(entry);
    },
    get: (id) => entries.get(id)?.state,
    all: () => [...entries.values()].map(({ state }) => state).sort((a, b) => (a.id < b.id ? -1 : 1)),
    execute: (invocation) => callTool(entries.get(invocation.connectorId), invocation, clock),
    view: (id) => viewOf(requireEntry(id)),
    create,
    remove: (id, by) => remove(id, by),

    list: (page) => listEntries([...entries.values()], page),

    update: (id, body, by) =>
      inTurn(id, async () => {
        const entry = requireEntry(id);
        if (entry.addedBy === bundledBy && (body.transport || body.name !== undefined)) throw new AppError('BUNDLED');
        const transport = body.transport && unmaskTransport(body.transport, entry.transport);
        if (transport) requireUsableTransport(transport);
        const overrides = body.tools ? nextOverrides(entry, body.tools) : entry.overrides;
        requireUsableLimits(entry.masked, body.limits);
        const given = { ...entry.given, ...body.limits };
        const { name = entry.name, enabled = entry.enabled } = body;
        const { tools, limits: changedLimits } = body;
        await audit.append({
          actor: actorName(by),
          action: 'connector.update',
          target: targetOf(id),
          data: {
            ...(body.name !== undefined && { name }),
            ...(body.enabled !== undefined && { enabled }),
            ...(changedLimits && { limits: changedLimits }),
            ...(tools && { tools }),
            ...(transport && { transport: transportForRecord(transport) }),
          },
        });
        await db.connector.update({
          where: { id },
          data: {
            name,
            enabled,
            limits: JSON.stringify(given),
            overrides: JSON.stringify(overrides),
            ...(transport && {
              transport: JSON.stringify(maskTransport(transport)),
              secrets: sealSecrets(transport, id, sealer),
            }),
          },
        });
        Object.assign(entry, { name, enabled, given, overrides });
        if (transport) {
          Object.assign(entry, { transport, masked: maskTransport(transport), redactor: redactorOf(transport) });
        }
        if (transport || !enabled) await lifecycle.stop(entry);
        lifecycle.start(entry);
        lifecycle.announce(entry);
        return viewOf(entry);
      }),

    importServers: (servers, by) => importEntries(servers, (name, entry) => create(entryToConnector(name, entry), by)),

    async test(id, by) {
      const entry = requireEntry(id);
      await audit.append({ actor: actorName(by), action: 'connector.test', target: targetOf(id) });
      return testEntry(entry, { open, compiler });
    },

    stderr(id) {
      const { stderr, redactor } = requireEntry(id);
      return redactor.text(stderr.text()).value;
    },

    async access(id) {
      const { state } = requireEntry(id);
      if (!state.builtin) return pluginsWithAccess(id, { db, clock });
      return pluginsWithCapabilities(
        [...state.tools.values()].flatMap(({ capability = [] }) => capability),
        { db, clock },
      );
    },

    async close() {
      await Promise.all([...entries.values()].map((entry) => lifecycle.stop(entry)));
    },
  };
}

/** As the record names one: an id of somebody's choosing must not pass for anything else. */
function targetOf(id: string): string {
  return `connector:${id}`;
}
