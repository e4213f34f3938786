/** Events that wait for their instance, as companions of the rows of the record that stored, delivered or dropped them. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { storedTime } from '@/lib/platform/database';

const stored: CompanionTable = {
  statements: [
    // Nothing is left to wait for an instance that was revoked a moment before.
    `INSERT INTO "RelayBuffered" ("id", "instanceId", "position", "at", "bytes", "kind", "event")
     SELECT @id, @instanceId, @seq, @at, @bytes, @kind, @event
     WHERE EXISTS (SELECT 1 FROM "RelayInstance" WHERE "id" = @instanceId AND "revokedAt" IS NULL)`,
  ],
};
const taken: CompanionTable = {
  statements: [
    'DELETE FROM "RelayBuffered" WHERE "instanceId" = @instanceId AND "id" IN (SELECT value FROM json_each(@ids))',
  ],
};
/** What became too old: counted as dropped. */
const outdated: CompanionTable = {
  statements: [
    `UPDATE "RelayInstance" SET "dropped" = "dropped" +
       (SELECT count(*) FROM "RelayBuffered" WHERE "instanceId" = @instanceId AND "at" < @before) WHERE "id" = @instanceId`,
    'DELETE FROM "RelayBuffered" WHERE "instanceId" = @instanceId AND "at" < @before',
  ],
};
const refused: CompanionTable = {
  statements: ['UPDATE "RelayInstance" SET "dropped" = "dropped" + 1 WHERE "id" = @instanceId'],
};

export interface StoredEvent {
  id: string;
  instanceId: string;
  bytes: number;
  kind: 'inbound' | 'passthrough';
  /** JSON. */
  event: string;
}

export function storedCompanion(event: StoredEvent, atMs: number): Companion {
  return { table: stored, values: { ...event, at: storedTime(atMs) } };
}
export function takenCompanion(instanceId: string, ids: readonly string[]): Companion {
  return { table: taken, values: { instanceId, ids: JSON.stringify(ids) } };
}
export function outdatedCompanion(instanceId: string, beforeMs: number): Companion {
  return { table: outdated, values: { instanceId, before: storedTime(beforeMs) } };
}
export function refusedCompanion(instanceId: string): Companion {
  return { table: refused, values: { instanceId } };
}
