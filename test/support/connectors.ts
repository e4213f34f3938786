/** The connector service over a real database and real processes, without a server around it. */
import { type BundledConnector, type ConnectorService, createConnectorService } from '@/lib/connectors/service';
import { createSessionOpener, type OpenSession } from '@/lib/connectors/session';
import type { ConnectorTransport, CreateConnectorBody } from '@/lib/contracts/connectors';
import type { Actor } from '@/lib/platform/actor';
import { systemClock } from '@/lib/platform/clock';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import type { OutboundOptions } from '@/lib/platform/outbound';
import { createSealer } from '@/lib/platform/sealing';
import { deriveSecret, newMasterKey } from '@/lib/platform/secrets';
import { type TestDatabase, temporaryDatabase } from './database';
import { eventually } from './eventually';
import { type QuietAudit, quietAudit } from './quiet-audit';

export const connectorAdmin: Actor = {
  kind: 'operator',
  id: 'op_admin',
  email: 'admin@example.com',
  role: 'admin',
  sessionId: 'ses_admin',
};

export interface ConnectorWorld {
  service: ConnectorService;
  database: TestDatabase;
  audit: QuietAudit;
  /** Everything that was published, as text. */
  published(): string;
  create(id: string, transport: ConnectorTransport, more?: Partial<CreateConnectorBody>): Promise<void>;
  /** Creates it and waits until it is ready. */
  ready(id: string, transport: ConnectorTransport, more?: Partial<CreateConnectorBody>): Promise<void>;
  call(
    connectorId: string,
    toolName: string,
    input?: Record<string, unknown>,
    signal?: AbortSignal,
  ): ReturnType<ConnectorService['execute']>;
  /** Ends the service and opens another one on the same database. */
  restart(options?: ConnectorWorldOptions): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectorWorldOptions {
  open?: OpenSession;
  lookup?: OutboundOptions['lookup'];
  bundled?: BundledConnector[];
  serverEnv?: Record<string, string>;
  masterKey?: string;
}

export async function connectorWorld(options: ConnectorWorldOptions = {}): Promise<ConnectorWorld> {
  const database = await temporaryDatabase();
  const audit = quietAudit();
  const events: string[] = [];
  const bus = createEventBus({ clock: systemClock, replayLimit: 100, onListenerError: () => undefined });
  bus.subscribe((event) => events.push(JSON.stringify(event)));
  const masterKey = newMasterKey();

  const start = (given: ConnectorWorldOptions) =>
    createConnectorService({
      db: database.db,
      audit,
      bus,
      clock: systemClock,
      log: createLog('silent'),
      sealer: createSealer(deriveSecret(given.masterKey ?? masterKey, 'connector secrets')),
      open:
        given.open ??
        createSessionOpener({
          serverEnv: { NODE_ENV: 'test', PATH: process.env.PATH, ...given.serverEnv },
          version: 'test',
          lookup: given.lookup,
        }),
      bundled: given.bundled ?? [],
    });

  async function begun(given: ConnectorWorldOptions) {
    const service = await start(given);
    service.begin();
    return service;
  }

  const world: ConnectorWorld = {
    service: await begun(options),
    database,
    audit,
    published: () => events.join('\n'),
    async create(id, transport, more) {
      await world.service.create({ id, name: id, transport, enabled: true, ...more }, connectorAdmin);
    },
    async ready(id, transport, more) {
      await world.create(id, transport, more);
      await eventually(() => world.service.get(id)?.status === 'ready').catch(() => {
        throw new Error(`${id} is not ready: ${JSON.stringify(world.service.view(id))}\n${world.service.stderr(id)}`);
      });
    },
    call: (connectorId, toolName, input = {}, signal = new AbortController().signal) =>
      world.service.execute({ connectorId, toolName, input, signal }),
    async restart(given = options) {
      await world.service.close();
      world.service = await begun(given);
    },
    async close() {
      await world.service.close();
      await database.close();
    },
  };
  return world;
}
