/** The record over a real SQLite file, with a clock the test owns and a database that can be counted. */
import { type AuditEvent, openAuditLog } from '@/lib/audit/log';
import { type AuditReader, createAuditReader } from '@/lib/audit/reader';
import type { RecordEntry } from '@/lib/audit/record-writer';
import type { AuditRow } from '@/lib/contracts/audit';
import { createLog } from '@/lib/platform/log';
import { temporaryDatabase } from '@/test/support/database';
import { manualClock } from '@/test/support/manual-clock';

export async function auditWorld() {
  const database = await temporaryDatabase();
  const clock = manualClock();
  const appended: AuditRow[] = [];
  let commits = 0;
  const open = () => {
    const writer = database.openWriter();
    const counted = {
      ...writer,
      write(entries: readonly RecordEntry[]) {
        commits += 1;
        return writer.write(entries);
      },
    };
    return openAuditLog({
      writer: counted,
      clock,
      log: createLog('silent'),
      onAppended: (row) => appended.push(row),
    });
  };
  const audit = await open();

  return {
    ...database,
    clock,
    audit,
    appended,
    reader: createAuditReader({ db: database.db, audit }),
    commits: () => commits,
    /** The reader of a process that starts now and knows only the file. */
    async afterRestart(): Promise<AuditReader> {
      const again = await database.reopen();
      return createAuditReader({ db: again, audit: await open() });
    },
    write: (count: number, make: (index: number) => Partial<AuditEvent> = () => ({})) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          audit.append({
            actor: 'server',
            action: 'run.start',
            target: `run_${index}`,
            data: { index },
            ...make(index),
          }),
        ),
      ),
  };
}
export type AuditWorld = Awaited<ReturnType<typeof auditWorld>>;
