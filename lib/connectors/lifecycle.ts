/** Starting and stopping of entries, and what becomes of what their connections tell: state, event, stored tools. */
import type { Connector } from '@/lib/contracts/connectors';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import { buildCatalogue, type Catalogue } from './catalogue';
import { startConnection } from './connection';
import { type Entry, refresh, viewOf } from './entry';
import type { SchemaCompiler } from './schema';
import type { ForeignTool, OpenSession } from './session';

export interface Lifecycle {
  /** Starts an entry that is enabled and not started. */
  start(entry: Entry): void;
  /** Resolves once nothing of it is left. */
  stop(entry: Entry): Promise<void>;
  /** Tells every page how the entry is now. */
  announce(entry: Entry): void;
  /** The tools it offered last, until it is asked again. */
  recall(entry: Entry, tools: readonly ForeignTool[]): Promise<void>;
}

export interface LifecycleOptions {
  db: Database;
  bus: EventBus;
  clock: Clock;
  log: Log;
  open: OpenSession;
  compiler: SchemaCompiler;
  /** False once the entry was removed: what is told late changes nothing. */
  isKnown: (entry: Entry) => boolean;
}

export function createLifecycle({ db, bus, clock, log, open, compiler, isKnown }: LifecycleOptions): Lifecycle {
  function announce(entry: Entry): void {
    refresh(entry);
    publish(entry.id, viewOf(entry));
  }

  function publish(id: string, connector: Connector): void {
    bus.publish({ type: 'connector.changed', data: { id, connector } });
  }

  function take(entry: Entry, catalogue: Catalogue): void {
    const text = storedText(catalogue);
    const changed =
      text !== storedText(entry.catalogue) || catalogue.notOffered.length !== entry.catalogue.notOffered.length;
    entry.catalogue = catalogue;
    refresh(entry);
    if (!changed) return;
    // Only a help for the next start: a failed write is made good by the next change.
    db.connector
      .updateMany({ where: { id: entry.id }, data: { tools: text } })
      .catch((error: unknown) =>
        log.warn({ err: error, connector: entry.id }, 'the tools of a connector were not stored'),
      );
    if (entry.status === 'ready') announce(entry);
  }

  return {
    announce,

    start(entry) {
      if (!entry.enabled || entry.connection) return;
      if (!entry.transport) {
        entry.status = 'failed';
        entry.error = 'Its secrets cannot be opened: the master key has changed. Enter them again.';
        announce(entry);
        return;
      }
      const isCurrent = () => isKnown(entry) && entry.connection === connection;
      const clean = (text: string) => entry.redactor.text(text).value;
      const told: Array<() => void> = [];
      let connection: Entry['connection'];
      // The connection tells of its first state before it is returned.
      const whenCurrent = (apply: () => void) => {
        if (connection === undefined) told.push(apply);
        else if (isCurrent()) apply();
      };
      connection = startConnection({
        transport: entry.transport,
        open,
        compiler,
        judge: entry.judge,
        hooks: {
          onStderr: (chunk) => entry.stderr.push(chunk),
          onServer: (session) =>
            whenCurrent(() => {
              const service = session.service?.() ?? null;
              const changed = JSON.stringify(service) !== JSON.stringify(entry.service);
              Object.assign(entry, { server: session.server, service });
              if (changed && entry.status === 'ready') announce(entry);
            }),
          onCatalogue: (catalogue) => whenCurrent(() => take(entry, catalogue)),
          onFailed: (because) => whenCurrent(() => entry.health.restarted(clean(because), clock.now())),
          onStatus: (status, error) =>
            whenCurrent(() => {
              entry.status = status;
              entry.error = error === undefined ? undefined : clean(error);
              announce(entry);
            }),
        },
      });
      entry.connection = connection;
      for (const apply of told) apply();
    },

    async stop(entry) {
      const { connection } = entry;
      entry.connection = undefined;
      entry.status = 'disabled';
      entry.error = undefined;
      refresh(entry);
      await connection?.stop();
    },

    async recall(entry, tools) {
      const catalogue = await buildCatalogue(tools, { ...compiler, compile: compiler.remember }, entry.judge);
      // The server's own answer may have been faster.
      if (entry.catalogue.tools.size > 0) return;
      entry.catalogue = catalogue;
      refresh(entry);
    },
  };
}

function storedText({ tools }: Catalogue): string {
  return JSON.stringify(
    [...tools.values()].map(({ name, title, description, inputSchema, outputSchema, annotations }) => ({
      name,
      title,
      description,
      inputSchema,
      outputSchema,
      annotations,
    })),
  );
}
