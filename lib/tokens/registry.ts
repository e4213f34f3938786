/**
 * Live tool tokens, in memory and synchronous: the check every tool call starts with. Promises that a token works only
 * while it is live and only where it was allowed, that one which ended never works again, and that no bearer is kept:
 * entries are found by a keyed fingerprint, and restored ones by SHA-256 on their first use. Knows nothing of databases;
 * persistence listens.
 */
import type { TokenEndReason } from '@/lib/contracts/tokens';
import { type Clock, systemClock, toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import { sha256Hex } from '@/lib/platform/secrets';
import { createFingerprint, type Fingerprint } from './fingerprint';
import { formatSecret, hasValidChecksum, toolTokenPrefix } from './format';
import {
  type ConnectorCheck,
  type MintedToolToken,
  type MintOptions,
  type RestoreOptions,
  refusals,
  type TokenCheck,
  type TokenListener,
  type ToolTokenGrant,
} from './grant';

interface Entry extends Fingerprint {
  grant: ToolTokenGrant;
  expiresAtMs: number;
  /** From here on a use extends it. */
  slideFromMs: number;
  ttlMs: number;
  notAfterMs: number;
  lastUsedMs: number;
  anyEndpoint: boolean;
  anyOperation: boolean;
  /** Set until the first use after a restart, when only the hash of the bearer is known. */
  unseenHash: string | null;
  /** The next entry whose fingerprint starts with the same word. */
  next: Entry | null;
  timer: NodeJS.Timeout | undefined;
}

const maxTimerMs = 2 ** 31 - 1;

export class ToolTokenRegistry {
  readonly #clock: Clock;
  readonly #listener: TokenListener;
  readonly #fingerprint = createFingerprint();
  /** Reused by each look-up; a check is synchronous, so nobody else writes it meanwhile. */
  readonly #probe: Fingerprint = { a: 0, b: 0, c: 0, d: 0 };
  readonly #entries = new Map<number, Entry>();
  readonly #unseen = new Map<string, Entry>();
  readonly #runs = new Map<string, Set<Entry>>();
  #count = 0;

  constructor({ clock = systemClock, listener = {} }: { clock?: Clock; listener?: TokenListener } = {}) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** @throws AppError BAD_REQUEST for an empty run or project id, or a TTL that is not positive and finite. */
  mint(options: MintOptions): MintedToolToken {
    const nowMs = options.nowMs ?? this.#clock.now();
    const ttlMs = options.ttlMs ?? limits.toolTokenTtlMs;
    const notAfterMs = options.notAfterMs ?? Number.POSITIVE_INFINITY;
    requireText(options.runId, 'runId');
    requireText(options.projectId, 'projectId');
    requireTtl(ttlMs);
    const expiresAtMs = Math.min(nowMs + ttlMs, notAfterMs);
    const token = formatSecret(toolTokenPrefix);
    const grant: ToolTokenGrant = Object.freeze({
      id: options.id ?? newId('tok'),
      runId: options.runId,
      projectId: options.projectId,
      allowedEndpoints: Object.freeze([...(options.allowedEndpoints ?? ['*'])]),
      allowedOperations: Object.freeze([...(options.allowedOperations ?? ['*'])]),
      issuedAt: toIso(nowMs),
      expiresAt: toIso(expiresAtMs),
      pluginSnapshotId: options.pluginSnapshotId,
      pluginTrust: options.pluginTrust,
      pluginCapabilitiesGranted:
        options.pluginCapabilitiesGranted && Object.freeze([...options.pluginCapabilitiesGranted]),
    });
    const entry = this.#track(grant, { expiresAtMs, ttlMs, notAfterMs, nowMs, unseenHash: null });
    this.#index(entry, token);
    this.#listener.minted?.(grant, sha256Hex(token), ttlMs);
    return { ...grant, token };
  }

  /** Brings a token back after a restart, from its hash. */
  restore({ hash, issuedAtMs, expiresAtMs, ttlMs, notAfterMs, ...rest }: RestoreOptions): void {
    const grant = Object.freeze({ ...rest, issuedAt: toIso(issuedAtMs), expiresAt: toIso(expiresAtMs) });
    const entry = this.#track(grant, { expiresAtMs, ttlMs, notAfterMs, nowMs: this.#clock.now(), unseenHash: hash });
    this.#unseen.set(hash, entry);
  }

  /** The check of every call. Never throws; the answer never holds any part of the token. */
  validate(
    token: string | null | undefined,
    { endpoint, operation, nowMs = this.#clock.now() }: { endpoint?: string; operation?: string; nowMs?: number } = {},
  ): TokenCheck {
    if (!token) return refusals.TOOL_TOKEN_MISSING;
    const entry = this.#find(token);
    if (!entry) return refusals.TOOL_TOKEN_INVALID;
    if (nowMs >= entry.expiresAtMs) {
      this.#end(entry, 'ttl_expired');
      return refusals.TOOL_TOKEN_EXPIRED;
    }
    const { grant } = entry;
    if (endpoint !== undefined && !entry.anyEndpoint && !grant.allowedEndpoints.includes(endpoint))
      return refusals.TOOL_ENDPOINT_DENIED;
    if (operation !== undefined && !entry.anyOperation && !grant.allowedOperations.includes(operation))
      return refusals.TOOL_OPERATION_DENIED;
    entry.lastUsedMs = nowMs;
    if (nowMs >= entry.slideFromMs) this.#extend(entry, nowMs, entry.ttlMs);
    return { ok: true, grant: entry.grant };
  }

  /** Starts a live token's life anew, never past its run's end. Never revives one that ended. */
  refreshToken(
    token: string,
    { ttlMs, nowMs = this.#clock.now() }: { ttlMs?: number; nowMs?: number } = {},
  ): TokenCheck {
    const check = this.validate(token, { nowMs });
    if (!check.ok) return check;
    const entry = this.#find(token);
    if (!entry) return refusals.TOOL_TOKEN_INVALID;
    if (ttlMs !== undefined) requireTtl(ttlMs);
    entry.ttlMs = ttlMs ?? entry.ttlMs;
    this.#extend(entry, nowMs, entry.ttlMs);
    return { ok: true, grant: entry.grant };
  }

  /** True when this ended a live token. */
  revokeToken(token: string, reason: TokenEndReason): boolean {
    const entry = this.#find(token);
    return entry ? this.#end(entry, reason) : false;
  }

  revokeById(runId: string, id: string, reason: TokenEndReason): boolean {
    for (const entry of this.#runs.get(runId) ?? []) if (entry.grant.id === id) return this.#end(entry, reason);
    return false;
  }

  /** How many live tokens this ended. */
  revokeRun(runId: string, reason: TokenEndReason): number {
    const entries = [...(this.#runs.get(runId) ?? [])];
    for (const entry of entries) this.#end(entry, reason);
    return entries.length;
  }

  activeTokenCount(): number {
    return this.#count;
  }

  activeRunTokenCount(runId: string): number {
    return this.#runs.get(runId)?.size ?? 0;
  }

  /** When a live token was last used, in epoch milliseconds; 0 if it was not. */
  lastUsedMs(runId: string, id: string): number {
    for (const entry of this.#runs.get(runId) ?? []) if (entry.grant.id === id) return entry.lastUsedMs;
    return 0;
  }

  /** Forgets everything and tells nobody: for shutdown and tests. */
  clear(): void {
    for (const entries of this.#runs.values()) for (const entry of entries) clearTimeout(entry.timer);
    this.#entries.clear();
    this.#unseen.clear();
    this.#runs.clear();
    this.#count = 0;
  }

  /** What the tier and the grants pinned in a token say. The gate asks the plugin's current state instead: a pinned grant may be stale. */
  checkConnectorAccess(grant: ToolTokenGrant, connectorId: string): ConnectorCheck {
    const granted = grant.pluginCapabilitiesGranted ?? [];
    const open = grant.pluginTrust !== 'restricted';
    if (
      open ||
      granted.includes('connector') ||
      granted.includes('connector:*') ||
      granted.includes(`connector:${connectorId}`)
    ) {
      return { ok: true, grant };
    }
    return {
      ok: false,
      code: 'CONNECTOR_NOT_GRANTED',
      message: `The plugin of this run is restricted and was not granted connector:${connectorId}. An operator can grant it on the plugin's page.`,
    };
  }

  #find(token: string): Entry | undefined {
    const probe = this.#probe;
    this.#fingerprint(token, probe);
    let entry: Entry | null | undefined = this.#entries.get(probe.a);
    while (entry) {
      if (entry.b === probe.b && entry.c === probe.c && entry.d === probe.d && entry.a === probe.a) return entry;
      entry = entry.next;
    }
    return this.#unseen.size > 0 ? this.#findUnseen(token) : undefined;
  }

  #findUnseen(token: string): Entry | undefined {
    if (!hasValidChecksum(token, toolTokenPrefix)) return undefined;
    const hash = sha256Hex(token);
    const entry = this.#unseen.get(hash);
    if (!entry) return undefined;
    this.#unseen.delete(hash);
    entry.unseenHash = null;
    this.#index(entry, token);
    return entry;
  }

  #track(
    grant: ToolTokenGrant,
    life: { expiresAtMs: number; ttlMs: number; notAfterMs: number; nowMs: number; unseenHash: string | null },
  ): Entry {
    const entry: Entry = {
      a: 0,
      b: 0,
      c: 0,
      d: 0,
      grant,
      expiresAtMs: life.expiresAtMs,
      slideFromMs: slideFrom(life.expiresAtMs, life.ttlMs, life.notAfterMs),
      ttlMs: life.ttlMs,
      notAfterMs: life.notAfterMs,
      lastUsedMs: 0,
      anyEndpoint: grant.allowedEndpoints.includes('*'),
      anyOperation: grant.allowedOperations.includes('*'),
      unseenHash: life.unseenHash,
      next: null,
      timer: undefined,
    };
    const siblings = this.#runs.get(grant.runId);
    if (siblings) siblings.add(entry);
    else this.#runs.set(grant.runId, new Set([entry]));
    this.#count += 1;
    this.#arm(entry, life.nowMs);
    return entry;
  }

  #index(entry: Entry, token: string): void {
    this.#fingerprint(token, entry);
    entry.next = this.#entries.get(entry.a) ?? null;
    this.#entries.set(entry.a, entry);
  }

  #arm(entry: Entry, nowMs: number): void {
    clearTimeout(entry.timer);
    const waitMs = Math.min(Math.max(entry.expiresAtMs - nowMs, 1), maxTimerMs);
    entry.timer = setTimeout(() => {
      const now = this.#clock.now();
      if (now >= entry.expiresAtMs) this.#end(entry, 'ttl_expired');
      else this.#arm(entry, now);
    }, waitMs);
    entry.timer.unref();
  }

  /** The timer stays as it is: when it fires early it arms itself for the rest. */
  #extend(entry: Entry, nowMs: number, ttlMs: number): void {
    const before = entry.expiresAtMs;
    entry.expiresAtMs = Math.min(nowMs + ttlMs, entry.notAfterMs);
    entry.slideFromMs = slideFrom(entry.expiresAtMs, ttlMs, entry.notAfterMs);
    if (entry.expiresAtMs === before) return;
    if (entry.expiresAtMs < before) this.#arm(entry, nowMs);
    entry.grant = Object.freeze({ ...entry.grant, expiresAt: toIso(entry.expiresAtMs) });
    this.#listener.extended?.(entry.grant, entry.lastUsedMs);
  }

  #end(entry: Entry, reason: TokenEndReason): boolean {
    const siblings = this.#runs.get(entry.grant.runId);
    if (!siblings?.delete(entry)) return false;
    if (siblings.size === 0) this.#runs.delete(entry.grant.runId);
    this.#count -= 1;
    clearTimeout(entry.timer);
    if (entry.unseenHash) this.#unseen.delete(entry.unseenHash);
    else this.#unlink(entry);
    this.#listener.ended?.(entry.grant, reason, entry.lastUsedMs);
    return true;
  }

  #unlink(entry: Entry): void {
    const first = this.#entries.get(entry.a);
    if (first === entry) {
      if (entry.next) this.#entries.set(entry.a, entry.next);
      else this.#entries.delete(entry.a);
      return;
    }
    for (let before = first ?? null; before; before = before.next) {
      if (before.next === entry) before.next = entry.next;
    }
  }
}

/** Half a life before the end; never, once the end is the run's own. */
function slideFrom(expiresAtMs: number, ttlMs: number, notAfterMs: number): number {
  return expiresAtMs >= notAfterMs ? Number.POSITIVE_INFINITY : expiresAtMs - ttlMs / 2;
}

function requireText(value: string, name: string): void {
  if (typeof value !== 'string' || value.trim() === '')
    throw new AppError('BAD_REQUEST', { message: `${name}: must not be empty.` });
}

function requireTtl(ttlMs: number): void {
  if (!Number.isFinite(ttlMs) || ttlMs <= 0)
    throw new AppError('BAD_REQUEST', { message: 'ttlMs: must be positive and finite.' });
}
