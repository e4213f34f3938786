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

/** Nothing is kept for an upstream that was removed meanwhile. What is known already stays as it is. */
const keptTable: CompanionTable = {
  statements: [
    `INSERT OR IGNORE INTO "RelayInbox" ("upstreamId", "key", "sessionKey", "position", "at", "event", "takenAt")
     SELECT @upstreamId, @key, @sessionKey, @seq, @at, @event, @takenAt
     WHERE EXISTS (SELECT 1 FROM "RelayUpstream" WHERE "id" = @upstreamId)`,
  ],
};
const doneTable: CompanionTable = {
  statements: [
    'UPDATE "RelayInbox" SET "event" = \'\', "takenAt" = @at WHERE "upstreamId" = @upstreamId AND "key" = @key',
  ],
};
const sweptTable: CompanionTable = { statements: ['DELETE FROM "RelayInbox" WHERE "at" < @before'] };

export interface KeptMessage {
  upstreamId: string;
  key: string;
  sessionKey: string;
  /** JSON. */
  event: string;
}

export function keptCompanion(message: KeptMessage, atMs: number): Companion {
  return { table: keptTable, values: { ...message, at: storedTime(atMs), takenAt: null } };
}
/** A further name of a message, so that it is known by that one as well. */
export function aliasCompanion({ event: _, ...alias }: KeptMessage, atMs: number): Companion {
  const at = storedTime(atMs);
  return { table: keptTable, values: { ...alias, event: '', at, takenAt: at } };
}
export function doneCompanion(message: { upstreamId: string; key: string }, atMs: number): Companion {
  const { upstreamId, key } = message;
  return { table: doneTable, values: { upstreamId, key, at: storedTime(atMs) } };
}
export function sweptCompanion(beforeMs: number): Companion {
  return { table: sweptTable, values: { before: storedTime(beforeMs) } };
}
