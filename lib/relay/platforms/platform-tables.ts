/** The rows of chat platforms, as companions of their rows of the record. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { storedTime } from '@/lib/platform/database';

const added: CompanionTable = {
  statements: [
    `INSERT INTO "RelayPlatform" ("id", "kind", "label", "tenant", "settings", "secrets", "enabled", "createdBy", "createdAt")
     VALUES (@id, @kind, @label, @tenant, @settings, @secrets, 1, @by, @at)`,
  ],
};
const enabledTable: CompanionTable = {
  statements: ['UPDATE "RelayPlatform" SET "enabled" = @enabled WHERE "id" = @id'],
};
/** Another platform may come to bear the name: its users are not those who were bound, nor its chats those that were seen. */
const removed: CompanionTable = {
  statements: [
    'DELETE FROM "RelayPlatform" WHERE "id" = @id',
    'DELETE FROM "RelayBinding" WHERE "platform" = @id',
    'DELETE FROM "RelayChat" WHERE "platform" = @id',
  ],
};

export interface AddedPlatform {
  id: string;
  kind: string;
  label: string;
  tenant: string;
  /** JSON of what may be shown. */
  settings: string;
  /** Sealed. */
  secrets: string;
  by: string;
}

export function addedCompanion(platform: AddedPlatform, atMs: number): Companion {
  return { table: added, values: { ...platform, at: storedTime(atMs) } };
}
export function enabledCompanion(id: string, enabled: boolean): Companion {
  return { table: enabledTable, values: { id, enabled: enabled ? 1 : 0 } };
}
export function removedCompanion(id: string): Companion {
  return { table: removed, values: { id } };
}
