/** Rows of plugins and grants, as companions of their rows of the record: a grant exists exactly when it is on the record. */
import type { Companion, CompanionTable } from '@/lib/audit/log';
import type { PluginTier } from '@/lib/contracts/plugins';
import { Prisma, storedTime } from '@/lib/platform/database';
import type { InstalledGrant, InstalledPlugin } from './installed';

const saved: CompanionTable = {
  write: (rows) => Prisma.sql`
    INSERT INTO "Plugin" ("id", "name", "version", "description", "tier", "source", "digest", "required", "optional", "manifest",
      "installedAt", "installedBy", "removedAt")
    SELECT value ->> 'id', value ->> 'name', value ->> 'version', value ->> 'description', value ->> 'tier', value ->> 'source',
      value ->> 'digest', value ->> 'required', value ->> 'optional', value ->> 'manifest', value ->> 'installedAt',
      value ->> 'installedBy', NULL
    FROM json_each(${JSON.stringify(rows)}) WHERE true
    ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "version" = excluded."version",
      "description" = excluded."description", "tier" = excluded."tier", "source" = excluded."source",
      "digest" = excluded."digest", "required" = excluded."required", "optional" = excluded."optional",
      "manifest" = excluded."manifest", "installedAt" = excluded."installedAt", "installedBy" = excluded."installedBy",
      "removedAt" = NULL`,
};

const tiers: CompanionTable = {
  write: (rows) => Prisma.sql`
    UPDATE "Plugin" SET "tier" = j.value ->> 'tier'
    FROM json_each(${JSON.stringify(rows)}) AS j WHERE "Plugin"."id" = j.value ->> 'id'`,
};

const removed: CompanionTable = {
  write: (rows) => Prisma.sql`
    UPDATE "Plugin" SET "removedAt" = j.value ->> 'at'
    FROM json_each(${JSON.stringify(rows)}) AS j WHERE "Plugin"."id" = j.value ->> 'id'`,
};

const granted: CompanionTable = {
  write: (rows) => Prisma.sql`
    INSERT INTO "PluginGrant" ("pluginId", "capability", "by", "at", "reason", "expiresAt")
    SELECT value ->> 'pluginId', value ->> 'capability', value ->> 'by', value ->> 'at', value ->> 'reason', value ->> 'expiresAt'
    FROM json_each(${JSON.stringify(rows)}) WHERE true
    ON CONFLICT ("pluginId", "capability") DO UPDATE SET "by" = excluded."by", "at" = excluded."at",
      "reason" = excluded."reason", "expiresAt" = excluded."expiresAt"`,
};

const ended: CompanionTable = {
  write: (rows) => Prisma.sql`
    DELETE FROM "PluginGrant" WHERE ("pluginId", "capability") IN (
      SELECT value ->> 'pluginId', value ->> 'capability' FROM json_each(${JSON.stringify(rows)}))`,
};

export function savePlugin(plugin: InstalledPlugin): Companion {
  const { id, name, version, description, tier, source, digest, required, optional, manifest, installedBy } = plugin;
  const row = {
    ...{ id, name, version, description, tier, source, digest, installedBy },
    required: JSON.stringify(required),
    optional: JSON.stringify(optional),
    manifest: JSON.stringify(manifest),
    installedAt: storedTime(plugin.installedAtMs),
  };
  return { table: saved, row: () => row };
}

export function setTier(id: string, tier: PluginTier): Companion {
  return { table: tiers, row: () => ({ id, tier }) };
}

export function removePlugin(id: string, atMs: number): Companion {
  return { table: removed, row: () => ({ id, at: storedTime(atMs) }) };
}

export function saveGrant(pluginId: string, grant: InstalledGrant): Companion {
  const { capability, by, atMs, reason, expiresAtMs } = grant;
  const row = {
    pluginId,
    capability,
    by,
    reason,
    at: storedTime(atMs),
    expiresAt: expiresAtMs && storedTime(expiresAtMs),
  };
  return { table: granted, row: () => row };
}

export function endGrant(pluginId: string, capability: string): Companion {
  return { table: ended, row: () => ({ pluginId, capability }) };
}
