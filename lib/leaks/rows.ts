/** Alerts to the wire, and the statements that write them in the commit of their row of the record. */
import type { CompanionTable } from '@/lib/audit/record-writer';
import type { LeakAlert } from '@/lib/contracts/leaks';
import type { LeakAlertModel } from '@/prisma/generated/models';

/** As a row says that it was the terminal, and no call. */
export const terminalSource = 'terminal';

export function toLeakAlert(row: LeakAlertModel, runTitle: string): LeakAlert {
  return {
    id: row.id,
    runId: row.runId,
    runTitle,
    callId: row.source === terminalSource ? null : row.source,
    pattern: row.pattern,
    count: row.count,
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: row.acknowledgedBy,
  };
}

/** Whoever acknowledged an alert has not seen what came after it: it is open again. */
export const detected: CompanionTable = {
  statements: [
    `INSERT INTO "LeakAlert" ("id", "runId", "source", "pattern", "count", "firstAt", "lastAt")
     VALUES (@id, @runId, @source, @pattern, @count, @at, @at)
     ON CONFLICT ("runId", "source", "pattern") DO UPDATE SET
       "count" = "count" + @count, "lastAt" = @at, "acknowledgedAt" = NULL, "acknowledgedBy" = NULL`,
  ],
};

export const acknowledged: CompanionTable = {
  statements: [
    'UPDATE "LeakAlert" SET "acknowledgedAt" = @at, "acknowledgedBy" = @by WHERE "id" = @id AND "acknowledgedAt" IS NULL',
  ],
};
