/**
 * Tool tokens with their rows: the registry decides, the database remembers. A mint is durable before the token is told to
 * anybody, a revoke before it answers. Slides and uses are written in batches: losing the last half second of one only ends
 * a token earlier.
 */

import type { AuditLog } from '@/lib/audit/log';
import type { PluginTier } from '@/lib/contracts/plugins';
import type {
  Introspection,
  ListTokensQuery,
  MintTokenBody,
  TokenEndReason,
  TokenStatus,
  ToolToken,
} from '@/lib/contracts/tokens';
import { type Actor, actorName, serverActor } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database, Prisma } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { ToolTokenModel } from '@/prisma/generated/models';
import type { ToolTokenGrant } from './grant';
import { ToolTokenRegistry } from './registry';

export interface MintForRun {
  runId: string;
  projectId: string;
  runEndsAtMs: number;
  /** False from the moment the run begins to end. A mint waits for the record and the database, and a revoke may come meanwhile. */
  isLive: () => boolean;
  by: Actor;
  body: MintTokenBody;
  /** What the run froze of its plugin. */
  plugin?: { snapshotId: string; tier: PluginTier; granted: readonly string[] } | null;
}

export interface TokenService {
  readonly registry: ToolTokenRegistry;
  /** @throws AppError AUDIT_UNAVAILABLE, CAPACITY, RUN_NOT_ACTIVE; then no token exists. */
  mint(options: MintForRun): Promise<{ id: string; token: string; expiresAt: string }>;
  list(query: ListTokensQuery): Promise<{ items: ToolToken[]; nextCursor: string | null }>;
  /** Again: answers the token as it is. @throws AppError NOT_FOUND. */
  revoke(id: string, reason: string, by: Actor): Promise<ToolToken>;
  /** Ends what is live of a run in memory, at once, then in the database. */
  endRun(runId: string, reason: TokenEndReason): Promise<number>;
  /** Brings the live tokens of these runs back after a restart. */
  restore(runs: Map<string, { endsAtMs: number; plugin?: MintForRun['plugin'] }>): Promise<void>;
  introspect(token: string, scope: { endpoint?: string | undefined; operation?: string | undefined }): Introspection;
  close(): Promise<void>;
}

type TokenRow = Omit<ToolTokenModel, 'hash'>;
const flushMs = 500;

export interface TokenServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  onChecked: (code: string) => void;
}

export function createTokenService({ db, audit, bus, clock, log, onChecked }: TokenServiceOptions): TokenService {
  const extended = new Map<string, { expiresAt: string; lastUsedMs: number }>();
  const expired = new Map<string, number>();
  /** The hash of a token between its mint in memory and its row. */
  let mintedHash = '';
  let flushTimer: NodeJS.Timeout | null = null;

  const registry = new ToolTokenRegistry({
    clock,
    listener: {
      minted: (_grant, hash) => {
        mintedHash = hash;
      },
      extended(grant, lastUsedMs) {
        extended.set(grant.id, { expiresAt: grant.expiresAt, lastUsedMs });
        scheduleFlush();
      },
      ended(grant, reason, lastUsedMs) {
        if (lastUsedMs > 0) extended.set(grant.id, { expiresAt: grant.expiresAt, lastUsedMs });
        if (reason === 'ttl_expired') expired.set(grant.id, clock.now());
        scheduleFlush();
      },
    },
  });

  function scheduleFlush(): void {
    flushTimer ??= setTimeout(() => {
      flushTimer = null;
      flush().catch((error: unknown) => log.error({ err: error }, 'uses of tool tokens could not be written'));
    }, flushMs);
  }

  async function flush(): Promise<void> {
    const uses = [...extended].map(([id, { expiresAt, lastUsedMs }]) => ({ id, expiresAt, lastUsedAt: lastUsedMs }));
    const over = [...expired];
    extended.clear();
    expired.clear();
    for (const { id, expiresAt, lastUsedAt } of uses) {
      await db.toolToken.updateMany({
        where: { id },
        data: { expiresAt: new Date(expiresAt), ...(lastUsedAt > 0 ? { lastUsedAt: new Date(lastUsedAt) } : {}) },
      });
    }
    for (const [id, atMs] of over) await expire(id, atMs);
  }

  async function expire(id: string, atMs: number): Promise<void> {
    const { count } = await db.toolToken.updateMany({
      where: { id, status: 'active' },
      data: { status: 'expired', endedAt: new Date(atMs), revocationReason: 'ttl_expired' },
    });
    if (count === 0) return;
    audit.note({ actor: 'server', action: 'token.expire', target: id });
    const row = await db.toolToken.findUnique({ where: { id } });
    if (row) bus.publish({ type: 'token.revoked', data: toToken(row) });
  }

  async function endRows(where: Prisma.ToolTokenWhereInput, reason: TokenEndReason): Promise<TokenRow[]> {
    const rows = await db.toolToken.findMany({ where: { ...where, status: 'active' } });
    if (rows.length === 0) return [];
    const ended = { status: 'revoked', endedAt: new Date(clock.now()), revocationReason: reason };
    await db.toolToken.updateMany({ where: { ...where, status: 'active' }, data: ended });
    for (const row of rows) bus.publish({ type: 'token.revoked', data: toToken({ ...row, ...ended }) });
    return rows;
  }

  function toToken(row: TokenRow): ToolToken {
    const usedMs = registry.lastUsedMs(row.runId, row.id) || (row.lastUsedAt?.getTime() ?? 0);
    return {
      id: row.id,
      runId: row.runId,
      projectId: row.projectId,
      status: row.status as TokenStatus,
      issuedAt: row.issuedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      lastUsedAt: usedMs > 0 ? toIso(usedMs) : null,
      allowedEndpoints: JSON.parse(row.allowedEndpoints) as string[],
      allowedOperations: JSON.parse(row.allowedOperations) as string[],
      endedAt: row.endedAt?.toISOString() ?? null,
      revocationReason: row.revocationReason as TokenEndReason | null,
    };
  }

  async function store(grant: ToolTokenGrant, hash: string, ttlMs: number): Promise<void> {
    const row = {
      id: grant.id,
      runId: grant.runId,
      projectId: grant.projectId,
      status: 'active',
      issuedAt: new Date(grant.issuedAt),
      expiresAt: new Date(grant.expiresAt),
      ttlMs,
      allowedEndpoints: JSON.stringify(grant.allowedEndpoints),
      allowedOperations: JSON.stringify(grant.allowedOperations),
    };
    await db.$transaction([
      db.toolToken.create({ data: { ...row, hash } }),
      db.run.update({ where: { id: grant.runId }, data: { tokenCount: { increment: 1 } } }),
    ]);
    bus.publish({
      type: 'token.minted',
      data: toToken({ ...row, lastUsedAt: null, endedAt: null, revocationReason: null }),
    });
  }

  return {
    registry,

    async mint({ runId, projectId, runEndsAtMs, isLive, by, body, plugin = null }) {
      if (registry.activeRunTokenCount(runId) >= limits.tokensPerRun) {
        throw new AppError('CAPACITY', {
          message: `This run holds ${limits.tokensPerRun} live tokens. Revoke one first.`,
        });
      }
      const id = newId('tok');
      const ttlMs = body.ttlSeconds === undefined ? limits.toolTokenTtlMs : body.ttlSeconds * 1000;
      await audit.append({ actor: actorName(by), action: 'token.mint', target: id, data: { runId, ttlMs } });
      if (!isLive()) throw new AppError('RUN_NOT_ACTIVE');
      const minted = registry.mint({
        id,
        runId,
        projectId,
        ttlMs,
        notAfterMs: runEndsAtMs,
        allowedEndpoints: body.allowedEndpoints,
        allowedOperations: body.allowedOperations,
        ...pinned(plugin),
      });
      const hash = mintedHash;
      try {
        await store(minted, hash, ttlMs);
      } catch (error) {
        registry.revokeById(runId, id, 'manual');
        throw error;
      }
      if (!isLive()) {
        registry.revokeById(runId, id, 'run_ended');
        await endRows({ id }, 'run_ended');
        throw new AppError('RUN_NOT_ACTIVE');
      }
      return { id, token: minted.token, expiresAt: minted.expiresAt };
    },

    async list({ limit, cursor, runId, status }) {
      const after = cursor === undefined ? null : decodeTimeCursor(cursor);
      const rows = await db.toolToken.findMany({
        where: {
          runId,
          status,
          ...(after
            ? { AND: [{ issuedAt: { lte: after.time } }, { NOT: { issuedAt: after.time, id: { gte: after.id } } }] }
            : {}),
        },
        orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      return pageFrom(rows, limit, { cursor: (row) => [row.issuedAt.getTime(), row.id], item: toToken });
    },

    async revoke(id, reason, by) {
      const row = await db.toolToken.findUnique({ where: { id } });
      if (!row) throw new AppError('NOT_FOUND', { message: `No such token: ${id}.` });
      if (row.status !== 'active') return toToken(row);
      await audit.append({
        actor: actorName(by),
        action: 'token.revoke',
        target: id,
        data: { runId: row.runId, reason },
      });
      registry.revokeById(row.runId, id, 'manual');
      await endRows({ id }, 'manual');
      return toToken((await db.toolToken.findUnique({ where: { id } })) ?? row);
    },

    async endRun(runId, reason) {
      const live = registry.revokeRun(runId, reason);
      await endRows({ runId }, reason);
      return live;
    },

    async restore(runs) {
      const rows = await db.toolToken.findMany({ where: { status: 'active' }, omit: { hash: false } });
      for (const row of rows) {
        const run = runs.get(row.runId);
        if (!run) {
          await endRows({ id: row.id }, 'run_ended');
        } else if (row.expiresAt.getTime() <= clock.now()) {
          await expire(row.id, row.expiresAt.getTime());
        } else {
          registry.restore({
            id: row.id,
            runId: row.runId,
            projectId: row.projectId,
            hash: row.hash,
            issuedAtMs: row.issuedAt.getTime(),
            expiresAtMs: row.expiresAt.getTime(),
            ttlMs: row.ttlMs,
            notAfterMs: run.endsAtMs,
            allowedEndpoints: JSON.parse(row.allowedEndpoints) as string[],
            allowedOperations: JSON.parse(row.allowedOperations) as string[],
            ...pinned(run.plugin ?? null),
          });
        }
      }
      if (rows.length > 0)
        log.info({ restored: registry.activeTokenCount(), actor: actorName(serverActor) }, 'tool tokens restored');
    },

    introspect(token, { endpoint, operation }) {
      const check = registry.validate(token, { endpoint, operation });
      onChecked(check.ok ? 'ok' : check.code);
      if (!check.ok) return { active: false, code: check.code };
      const { id, runId, projectId, allowedEndpoints, allowedOperations, issuedAt, expiresAt } = check.grant;
      return {
        active: true,
        grant: {
          id,
          runId,
          projectId,
          allowedEndpoints: [...allowedEndpoints],
          allowedOperations: [...allowedOperations],
          issuedAt,
          expiresAt,
        },
      };
    },

    async close() {
      if (flushTimer) clearTimeout(flushTimer);
      flushTimer = null;
      await flush();
    },
  };
}

function pinned(plugin: NonNullable<MintForRun['plugin']> | null) {
  if (!plugin) return {};
  const { snapshotId, tier, granted } = plugin;
  return { pluginSnapshotId: snapshotId, pluginTrust: tier, pluginCapabilitiesGranted: granted };
}
