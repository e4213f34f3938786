/** The rows of upstreams and of what they delivered, as companions of their rows of the record. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { storedTime } from '@/lib/platform/database';

const createdTable: CompanionTable = {
  statements: [
    `INSERT INTO "RelayUpstream" ("id", "url", "gatewayId", "secret", "identities", "handler", "createdBy", "createdAt")
     VALUES (@id, @url, @gatewayId, @secret, @identities, @handler, @by, @at)`,
  ],
};
const removedTable: CompanionTable = {
  statements: ['DELETE FROM "RelayUpstream" WHERE "id" = @id', 'DELETE FROM "RelayInbox" WHERE "upstreamId" = @id'],
};
const disabledTable: CompanionTable = {
  statements: ['UPDATE "RelayUpstream" SET "disabledAt" = @at, "disabledReason" = @reason WHERE "id" = @id'],
};

export interface CreatedUpstream {
  id: string;
  url: string;
  gatewayId: string;
  /** Sealed. */
  secret: string | null;
  identities: readonly object[];
  handler: object;
  by: string;
}

export function createdCompanion({ identities, handler, ...rest }: CreatedUpstream, atMs: number): Companion {
  const values = { ...rest, identities: JSON.stringify(identities), handler: JSON.stringify(handler) };
  return { table: createdTable, values: { ...values, at: storedTime(atMs) } };
}
export function removedCompanion(id: string): Companion {
  return { table: removedTable, values: { id } };
}
export function disabledCompanion(id: string, reason: string, atMs: number): Companion {
  return { table: disabledTable, values: { id, reason, at: storedTime(atMs) } };
}
