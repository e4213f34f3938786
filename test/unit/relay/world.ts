/** The relay over a real SQLite file and a real record, with gateways that tests play. */

import path from 'node:path';
import type { AuditLog } from '@/lib/audit/log';
import { openAuditLog } from '@/lib/audit/log';
import type { RecordWriter } from '@/lib/audit/record-writer';
import type { LiveEventPayload } from '@/lib/contracts/events';
import type { Actor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { createSealer } from '@/lib/platform/sealing';
import { newSecret } from '@/lib/platform/secrets';
import type { GatewayConnection } from '@/lib/relay/connection';
import type { InboundEvent } from '@/lib/relay/protocol/inbound';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { createRelayService, type RelayService } from '@/lib/relay/relay';
import { type TestDatabase, temporaryDatabase } from '@/test/support/database';
import { eventuallyFound } from '@/test/support/eventually';
import { manualClock } from '@/test/support/manual-clock';
import { playedRuns } from './played-runs';

export const operator: Actor = {
  ...{ kind: 'operator', id: 'op_1', email: 'mira@example.com', role: 'operator', sessionId: 'ses_1' },
};

/** A direct message of a user on another platform. */
export function said(text: string, source: Partial<InboundEvent['source']> = {}): InboundEvent {
  return {
    ...{ text, message_type: 'text', message_id: 'm1', media_urls: [], media: [], reply_to_message_id: null },
    ...{ reply_to: null, context: [], context_error: null, prompt_response: null },
    source: {
      ...{ platform: 'discord', chat_id: 'c1', chat_type: 'dm', user_id: 'u1', user_name: 'Ada', thread_id: null },
      ...{ chat_name: null, chat_topic: null, ...source },
    },
  };
}

export type Frame = Record<string, unknown> & { type: string };

export interface PlayedGateway {
  connection: GatewayConnection;
  frames: Frame[];
  closes: Array<{ name: string; reason: string | undefined }>;
  say(...frames: object[]): void;
  /** The first frame, past or future, that `matches`. */
  frame(matches: (frame: Frame) => boolean): Promise<Frame>;
  /** Texts of the inbound frames so far. */
  texts(): unknown[];
  hello(): void;
  leave(): void;
  /** What is sent to it from now on is not taken, or is. */
  stall(stalls: boolean): void;
}

export async function relayWorld({
  writerFor = (database) => database.openWriter(),
}: {
  writerFor?: (database: TestDatabase) => RecordWriter;
} = {}) {
  const database: TestDatabase = await temporaryDatabase();
  const { db } = database;
  const clock = manualClock();
  const log = createLog('silent');
  const sealer = createSealer(newSecret());
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  const events: LiveEventPayload[] = [];
  bus.subscribe((event) => void events.push(event));
  const real = await openAuditLog({ writer: writerFor(database), clock, log, onAppended: () => undefined });
  let fails = false;
  const audit: AuditLog = {
    ...real,
    append: (...given) => (fails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(...given)),
  };
  const dataDir = path.dirname(database.file);
  const played = playedRuns(audit);
  const open = () =>
    createRelayService({
      db,
      audit,
      bus,
      clock,
      log,
      sealer,
      runs: played.runs,
      publicUrl: 'http://gatehouse.test',
      dataDir,
    });
  const opened = [open()];
  const relay = () => opened.at(-1) as RelayService;

  async function enter(gatewayId: string): Promise<PlayedGateway> {
    const frames: Frame[] = [];
    const closes: PlayedGateway['closes'] = [];
    const untaken: Array<(error: Error) => void> = [];
    let stalls = false;
    const instance = await relay().instances.require(gatewayId);
    const connection = await relay().door.enter(instance, {
      withinLimit: () => true,
      close(name, reason) {
        closes.push({ name, reason });
        for (const refuse of untaken.splice(0)) refuse(new Error('gone'));
      },
      send: (text) =>
        new Promise((resolve, reject) => {
          if (closes.length > 0) return reject(new Error('gone'));
          if (stalls) return untaken.push(reject);
          for (const line of text.split('\n').filter(Boolean)) frames.push(JSON.parse(line) as Frame);
          resolve();
        }),
    });
    if (!connection) throw new Error('It was not let in.');
    const say = (...said: object[]) => connection.read(said.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
    return {
      ...{ connection, frames, closes, say },
      frame: (matches) => eventuallyFound(() => frames.find(matches), { everyMs: 2 }),
      texts: () => frames.flatMap(({ type, event }) => (type === 'inbound' ? [(event as { text: string }).text] : [])),
      hello: () => say({ type: 'hello', platform: 'console', botId: 'bot' }),
      leave: () => relay().door.leave(connection),
      stall(value) {
        stalls = value;
      },
    };
  }

  return {
    ...{
      db,
      audit,
      clock,
      events,
      enter,
      runs: played,
      mediaDir: path.join(dataDir, 'relay-media'),
      insert: database.insert,
    },
    get relay() {
      return relay();
    },
    failAudit(value: boolean) {
      fails = value;
    },
    provision: (gatewayId = 'gw-1', more: object = {}) =>
      relay().provision({ gatewayId, platform: 'console', botId: 'bot', ...more }, operator),
    send: (text: string, gatewayId = 'gw-1', chatId = 'chat-1') => relay().send(gatewayId, { chatId, text }, operator),
    token: (secret: string, gatewayId = 'gw-1') =>
      mintUpgradeToken({ gatewayId, secret, exp: Math.floor(clock.now() / 1_000) + 300 }),
    /** As a start after a crash finds it: nothing but the database. */
    restart() {
      opened.push(open());
    },
    actions: async (target?: string) => {
      await real.drain();
      const rows = await db.auditRow.findMany({ where: { ...(target && { target }) }, orderBy: { seq: 'asc' } });
      return rows.map(({ action }) => action);
    },
    /** What every table and every event says, as text. */
    everything: async () => {
      await real.drain();
      return JSON.stringify([
        await db.auditRow.findMany(),
        await db.relayInstance.findMany({ omit: { secrets: false } }),
        await db.relayEnrolment.findMany({ omit: { hash: false } }),
        await db.relayLinkCode.findMany({ omit: { hash: false } }),
        events,
      ]);
    },
    async close() {
      for (const one of opened) await one.close();
      await real.drain();
      await database.close();
    },
  };
}
export type RelayWorld = Awaited<ReturnType<typeof relayWorld>>;
