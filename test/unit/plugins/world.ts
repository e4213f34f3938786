/** The plugin service over a real SQLite file and real folders, with a clock the test owns and a record that can fail. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import type { LiveEventPayload } from '@/lib/contracts/events';
import { trustBody } from '@/lib/contracts/plugins';
import type { Actor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import type { RunUnderPlugin } from '@/lib/plugins/context';
import { createPluginService } from '@/lib/plugins/plugins';
import { temporaryDatabase } from '@/test/support/database';
import { temporaryDir } from '@/test/support/temporary-dir';

export const anAdmin: Actor = {
  kind: 'operator',
  id: 'op_1',
  email: 'ada@example.com',
  role: 'admin',
  sessionId: 'ses_1',
};

export async function pluginWorld() {
  const database = await temporaryDatabase();
  const dir = temporaryDir();
  const folder = (name: string) => path.join(dir.path, name);
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  const clock = { now: () => nowMs };
  const log = createLog('silent');
  const real = await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined });
  let auditFails = false;
  const audit: AuditLog = {
    ...real,
    append: (event, companions) =>
      auditFails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(event, companions),
  };
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  const events: LiveEventPayload[] = [];
  bus.subscribe((event) => void events.push(event));
  const liveRuns: RunUnderPlugin[] = [];
  mkdirSync(folder('shipped'));
  const open = () =>
    createPluginService({
      dataDir: folder('data'),
      publicUrl: 'http://gate.test',
      bundledDir: folder('shipped'),
      nodePath: '/opt/node',
      ...{ db: database.db, audit, bus, clock, log },
      liveRuns: () => liveRuns,
    });

  return {
    db: database.db,
    dataDir: folder('data'),
    events,
    liveRuns,
    folder,
    plugins: await open(),
    /** What the next start would load. */
    reopen: open,
    now: clock.now,
    advance: (ms: number) => {
      nowMs += ms;
    },
    failAudit: (fails: boolean) => {
      auditFails = fails;
    },
    record: () => database.db.auditRow.findMany({ orderBy: { seq: 'asc' } }),
    /** A folder with a manifest and files, made or made over. */
    write(name: string, manifest: Record<string, unknown> | string, files: Record<string, string> = {}): string {
      const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
      for (const [file, content] of Object.entries({ 'gatehouse.plugin.json': text, ...files })) {
        mkdirSync(path.dirname(path.join(folder(name), file)), { recursive: true });
        writeFileSync(path.join(folder(name), file), content);
      }
      return folder(name);
    },
    close: async () => {
      await real.drain();
      await database.close();
      dir.remove();
    },
  };
}
export type PluginWorld = Awaited<ReturnType<typeof pluginWorld>>;

export function manifest(more: Record<string, unknown> = {}): Record<string, unknown> {
  const capabilities = { required: ['connector:files'], optional: ['network'] };
  return { id: 'notes', name: 'Notes', version: '1.0.0', description: 'Keeps notes.', capabilities, ...more };
}

export const local = (folder: string) => ({ source: { kind: 'local' as const, path: folder } });
export const grant = (capabilities: string[], more: Record<string, unknown> = {}) =>
  trustBody.parse({ capabilities, ...more });
export const revoke = (capabilities: string[]) => trustBody.parse({ capabilities, action: 'revoke' });

/** What an `AppError` says, for expectations. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; details: Record<string, unknown>; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, details: error.details ?? {}, message: error.message };
    throw error;
  }
  throw new Error('It was not refused.');
}
