/**
 * Service keys: bearers for programs, with scopes. A key is shown once and kept by SHA-256; checking one reads memory alone,
 * since the data plane does it on every call. Revoked and expired keys fail at the very next one.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { CreateServiceKeyBody, ServiceKey } from '@/lib/contracts/operators';
import { scopes as allScopes, type Scope } from '@/lib/contracts/roles';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { sha256Hex } from '@/lib/platform/secrets';
import type { SignalHub } from '@/lib/platform/signals';
import { formatSecret, serviceKeyPrefix } from '@/lib/tokens/format';

export type KeyActor = Extract<Actor, { kind: 'key' }>;

export interface ServiceKeyService {
  /** The only time the key is seen. */
  create(
    body: CreateServiceKeyBody,
    by: Actor,
  ): Promise<Omit<ServiceKey, 'createdBy' | 'createdAt' | 'lastUsedAt'> & { key: string }>;
  /** Keys that are not revoked, newest first. */
  list(page: { limit: number; cursor?: string | undefined }): Promise<Page<ServiceKey>>;
  /** @throws AppError NOT_FOUND, also when it is revoked already. */
  revoke(id: string, by: Actor): Promise<void>;
  /** Whose key this is; null for an unknown, revoked or expired one. Synchronous, in memory. */
  authenticate(bearer: string): KeyActor | null;
  /** Whether a key that was authenticated before is neither revoked nor expired since. */
  isLive(id: string): boolean;
  /** Writes what is known of last uses; called by itself every few seconds of use, and before the process ends. */
  flush(): Promise<void>;
}

export interface ServiceKeyServiceOptions {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  signals: SignalHub;
  /** `GATEHOUSE_SERVICE_KEY`: every scope, never in the database. */
  environmentKey: string | null;
}

interface LiveKey {
  actor: KeyActor;
  expiresAtMs: number;
  lastUsedAtMs: number | null;
  /** True when the database does not know `lastUsedAtMs` yet. */
  unsaved: boolean;
}

export const environmentKeyId = 'key_environment';
const flushDelayMs = 5_000;

/** Loads the live keys, then answers from memory. */
export async function createServiceKeyService(options: ServiceKeyServiceOptions): Promise<ServiceKeyService> {
  const { db, audit, clock, signals, environmentKey } = options;
  const byHash = new Map<string, LiveKey>();
  let flushTimer: NodeJS.Timeout | null = null;

  function remember(hash: string, row: { id: string; name: string; scopes: Scope[]; expiresAt: Date | null }): void {
    const actor: KeyActor = { kind: 'key', id: row.id, name: row.name, scopes: row.scopes };
    byHash.set(hash, {
      actor,
      expiresAtMs: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
      lastUsedAtMs: null,
      unsaved: false,
    });
  }

  for (const row of await db.serviceKey.findMany({ where: { revokedAt: null }, omit: { hash: false } })) {
    remember(row.hash, { ...row, scopes: parseScopes(row.scopes) });
  }
  if (environmentKey) {
    remember(sha256Hex(environmentKey), {
      id: environmentKeyId,
      name: 'environment',
      scopes: [...allScopes],
      expiresAt: null,
    });
  }

  async function flush(): Promise<void> {
    if (flushTimer) clearTimeout(flushTimer);
    flushTimer = null;
    for (const live of byHash.values()) {
      if (!live.unsaved || live.lastUsedAtMs === null || live.actor.id === environmentKeyId) continue;
      live.unsaved = false;
      await db.serviceKey.updateMany({
        where: { id: live.actor.id },
        data: { lastUsedAt: new Date(live.lastUsedAtMs) },
      });
    }
  }

  function markUsed(live: LiveKey, nowMs: number): void {
    live.lastUsedAtMs = nowMs;
    live.unsaved = true;
    // When a key was last used is a help to people, not part of the record: a failed write is made good by the next.
    flushTimer ??= setTimeout(() => void flush().catch(() => undefined), flushDelayMs).unref();
  }

  return {
    flush,

    async create({ name, scopes, expiresInSeconds }, by) {
      const id = newId('key');
      const key = formatSecret(serviceKeyPrefix);
      const hash = sha256Hex(key);
      const nowMs = clock.now();
      const expiresAt = expiresInSeconds === undefined ? null : new Date(nowMs + expiresInSeconds * 1000);
      const wanted = allScopes.filter((scope) => scopes.includes(scope));
      await audit.append({
        actor: actorName(by),
        action: 'service_key.create',
        target: id,
        data: { name, scopes: wanted, expiresAt: expiresAt?.toISOString() ?? null },
      });
      await db.serviceKey.create({
        data: {
          id,
          name,
          scopes: JSON.stringify(wanted),
          hash,
          createdBy: actorLabel(by),
          createdAt: new Date(nowMs),
          expiresAt,
        },
      });
      remember(hash, { id, name, scopes: wanted, expiresAt });
      return { id, name, scopes: wanted, expiresAt: expiresAt?.toISOString() ?? null, key };
    },

    async list({ limit, cursor }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.serviceKey.findMany({
        where: {
          revokedAt: null,
          ...(after && { OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.id } }] }),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const used = new Map([...byHash.values()].map((live) => [live.actor.id, live.lastUsedAtMs]));
      return pageFrom(rows, limit, {
        cursor: (row) => [row.createdAt.getTime(), row.id],
        item: (row) => {
          const lastUsedAtMs = used.get(row.id) ?? row.lastUsedAt?.getTime() ?? null;
          return {
            id: row.id,
            name: row.name,
            scopes: parseScopes(row.scopes),
            createdBy: row.createdBy,
            createdAt: row.createdAt.toISOString(),
            expiresAt: row.expiresAt?.toISOString() ?? null,
            lastUsedAt: lastUsedAtMs === null ? null : new Date(lastUsedAtMs).toISOString(),
          };
        },
      });
    },

    async revoke(id, by) {
      const row = await db.serviceKey.findUnique({ where: { id }, omit: { hash: false } });
      if (!row || row.revokedAt) throw new AppError('NOT_FOUND', { message: 'No such service key.' });
      await audit.append({ actor: actorName(by), action: 'service_key.revoke', target: id, data: { name: row.name } });
      await db.serviceKey.update({ where: { id }, data: { revokedAt: new Date(clock.now()) } });
      byHash.delete(row.hash);
      signals.emit('serviceKeyEnded', { keyId: id });
    },

    isLive: (id) => [...byHash.values()].some((live) => live.actor.id === id && clock.now() < live.expiresAtMs),

    authenticate(bearer) {
      const live = byHash.get(sha256Hex(bearer));
      const nowMs = clock.now();
      if (!live || nowMs >= live.expiresAtMs) return null;
      markUsed(live, nowMs);
      return live.actor;
    },
  };
}

/** What this version knows of a stored list; a scope it does not know allows nothing. */
function parseScopes(text: string): Scope[] {
  const stored: unknown = JSON.parse(text);
  return Array.isArray(stored) ? allScopes.filter((scope) => stored.includes(scope)) : [];
}
