/** Rows of plugins and grants, as companions of their rows of the record: a grant exists exactly when it is on the record. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { PluginTier } from '@/lib/contracts/plugins';
import { storedTime } from '@/lib/platform/database';
import type { InstalledGrant, InstalledPlugin } from './installed';

const saved: CompanionTable = {
  statements: [
    `INSERT INTO "Plugin" ("id", "name", "version", "description", "tier", "source", "digest", "required", "optional", "manifest",
       "installedAt", "installedBy", "removedAt")
     VALUES (@id, @name, @version, @description, @tier, @source, @digest, @required, @optional, @manifest,
       @installedAt, @installedBy, NULL)
     ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "version" = excluded."version",
       "description" = excluded."description", "tier" = excluded."tier", "source" = excluded."source",
       "digest" = excluded."digest", "required" = excluded."required", "optional" = excluded."optional",
       "manifest" = excluded."manifest", "installedAt" = excluded."installedAt", "installedBy" = excluded."installedBy",
       "removedAt" = NULL`,
  ],
};
const tiers: CompanionTable = { statements: ['UPDATE "Plugin" SET "tier" = @tier WHERE "id" = @id'] };
const removed: CompanionTable = { statements: ['UPDATE "Plugin" SET "removedAt" = @at WHERE "id" = @id'] };
const granted: CompanionTable = {
  statements: [
    `INSERT INTO "PluginGrant" ("pluginId", "capability", "by", "at", "reason", "expiresAt")
     VALUES (@pluginId, @capability, @by, @at, @reason, @expiresAt)
     ON CONFLICT ("pluginId", "capability") DO UPDATE SET "by" = excluded."by", "at" = excluded."at",
       "reason" = excluded."reason", "expiresAt" = excluded."expiresAt"`,
  ],
};
const ended: CompanionTable = {
  statements: ['DELETE FROM "PluginGrant" WHERE "pluginId" = @pluginId AND "capability" = @capability'],
};

export function savePlugin(plugin: InstalledPlugin): Companion {
  const { id, name, version, description, tier, source, digest, required, optional, manifest, installedBy } = plugin;
  const values = {
    ...{ id, name, version, description, tier, source, digest, installedBy },
    required: JSON.stringify(required),
    optional: JSON.stringify(optional),
    manifest: JSON.stringify(manifest),
    installedAt: storedTime(plugin.installedAtMs),
  };
  return { table: saved, values };
}

export function setTier(id: string, tier: PluginTier): Companion {
  return { table: tiers, values: { id, tier } };
}

export function removePlugin(id: string, atMs: number): Companion {
  return { table: removed, values: { id, at: storedTime(atMs) } };
}

export function saveGrant(pluginId: string, grant: InstalledGrant): Companion {
  const { capability, by, atMs, reason, expiresAtMs } = grant;
  const values = {
    pluginId,
    capability,
    by,
    reason,
    at: storedTime(atMs),
    expiresAt: expiresAtMs && storedTime(expiresAtMs),
  };
  return { table: granted, values };
}

export function endGrant(pluginId: string, capability: string): Companion {
  return { table: ended, values: { pluginId, capability } };
}
