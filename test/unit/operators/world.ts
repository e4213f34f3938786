/** The operator services over a real SQLite file, with a clock the test owns and a record that can be made to fail. */
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import { createOperatorService } from '@/lib/operators/operators';
import { createPasswords } from '@/lib/operators/passwords';
import { createServiceKeyService } from '@/lib/operators/service-keys';
import { createSessionService } from '@/lib/operators/sessions';
import { configureDatabase, createDatabase } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { createSignalHub, type Signals } from '@/lib/platform/signals';
import { applyMigrations } from '@/prisma/migrate';
import { writerHere } from '@/test/support/database';
import { temporaryDir } from '@/test/support/temporary-dir';

export const goodPassword = 'correct horse battery staple';

export async function operatorWorld({ environmentKey = null }: { environmentKey?: string | null } = {}) {
  const dir = temporaryDir();
  const databaseUrl = `file:${dir.path}/test.db`;
  await applyMigrations({ databaseUrl });
  const db = createDatabase(databaseUrl);
  await configureDatabase(db);

  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  const clock = { now: () => nowMs };
  const log = createLog('silent');
  const real = await openAuditLog({
    writer: writerHere(`${dir.path}/test.db`),
    clock,
    log,
    onAppended: () => undefined,
  });
  let auditFails = false;
  const audit: AuditLog = {
    ...real,
    append: (event) => (auditFails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(event)),
  };
  const signals = createSignalHub();
  const ended: Array<Signals['operatorEnded']> = [];
  const endedKeys: string[] = [];
  signals.on('operatorEnded', (value) => ended.push(value));
  signals.on('serviceKeyEnded', ({ keyId }) => endedKeys.push(keyId));
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  const passwords = createPasswords({ cost: { ln: 4, r: 8, p: 1 } });
  const keyOptions = { db, audit, clock, signals, environmentKey };

  return {
    db,
    clock,
    audit,
    passwords,
    ended,
    endedKeys,
    operators: createOperatorService({ db, audit, clock, bus, signals, passwords }),
    sessions: createSessionService({ db, audit, clock, signals }),
    keys: await createServiceKeyService(keyOptions),
    /** What a restart of the process would load. */
    reloadKeys: () => createServiceKeyService(keyOptions),
    advance: (ms: number) => {
      nowMs += ms;
    },
    failAudit: (fails: boolean) => {
      auditFails = fails;
    },
    actions: async () => (await db.auditRow.findMany({ orderBy: { seq: 'asc' } })).map(({ action }) => action),
    close: async () => {
      await audit.drain();
      await db.$disconnect();
      dir.remove();
    },
  };
}
export type OperatorWorld = Awaited<ReturnType<typeof operatorWorld>>;
