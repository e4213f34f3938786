/**
 * Live tool tokens, in memory and synchronous: the check every tool call starts with. Promises that a token works only
 * while it is live and only where it was allowed, that one which ended never works again, and that no bearer is kept:
 * entries are found by a keyed fingerprint, and restored ones by SHA-256 on their first use. Knows nothing of databases;
 * persistence listens.
 */
import type { TokenEndReason } from '@/lib/contracts/tokens';
import { type Clock, maxTimerMs, systemClock, toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import { sha256Hex } from '@/lib/platform/secrets';
import { AllowLists } from './allow-lists';
import { createFingerprint, type Fingerprint } from './fingerprint';
import { formatSecret, hasValidChecksum, toolTokenPrefix } from './format';
import {
  type ConnectorCheck,
  type MintedToolToken,
  type MintOptions,
  pinnedConnectorAccess,
  type RestoreOptions,
  refusals,
  type TokenCheck,
  type TokenListener,
  type ToolTokenGrant,
} from './grant';
import { notFound, TokenRecords } from './records';

/** What a check reads is in `TokenRecords`; here is the rest. */
interface Entry {
  readonly slot: number;
  grant: ToolTokenGrant;
  expiresAtMs: number;
  ttlMs: number;
  notAfterMs: number;
  /** Set until the first use after a restart, when only the hash of the bearer is known. */
  unseenHash: string | null;
  timer: NodeJS.Timeout | undefined;
}

export class ToolTokenRegistry {
  readonly #clock: Clock;
  readonly #listener: TokenListener;
  readonly #fingerprint = createFingerprint();
  /** Reused by each look-up; a check is synchronous, so nobody else writes it meanwhile. */
  readonly #probe: Fingerprint = { a: 0, b: 0, c: 0, d: 0 };
  #records = new TokenRecords();
  #lists = new AllowLists();
  /** By slot of the records; undefined where the slot is free. Grants stand beside their entries: a check hands one on unread. */
  #entries: Array<Entry | undefined> = [];
  #grants: Array<ToolTokenGrant | undefined> = [];
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
    this.#link(entry, token);
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
    const records = this.#records;
    const slot = this.#find(token);
    const grant = slot === notFound ? undefined : this.#grants[slot];
    if (grant === undefined) return refusals.TOOL_TOKEN_INVALID;
    const due = records.isDue(slot, nowMs) ? this.#entries[slot] : undefined;
    if (due && nowMs >= due.expiresAtMs) {
      this.#end(due, 'ttl_expired');
      return refusals.TOOL_TOKEN_EXPIRED;
    }
    if (endpoint !== undefined && !this.#lists.allows(records.endpoints(slot), endpoint))
      return refusals.TOOL_ENDPOINT_DENIED;
    if (operation !== undefined && !this.#lists.allows(records.operations(slot), operation))
      return refusals.TOOL_OPERATION_DENIED;
    records.use(slot, nowMs);
    if (!due) return { ok: true, grant };
    this.#extend(due, nowMs, due.ttlMs);
    return { ok: true, grant: due.grant };
  }

  /** Starts a live token's life anew, never past its run's end. Never revives one that ended. */
  refreshToken(
    token: string,
    { ttlMs, nowMs = this.#clock.now() }: { ttlMs?: number; nowMs?: number } = {},
  ): TokenCheck {
    const check = this.validate(token, { nowMs });
    if (!check.ok) return check;
    const entry = this.#entryOf(token);
    if (!entry) return refusals.TOOL_TOKEN_INVALID;
    if (ttlMs !== undefined) requireTtl(ttlMs);
    entry.ttlMs = ttlMs ?? entry.ttlMs;
    this.#extend(entry, nowMs, entry.ttlMs);
    return { ok: true, grant: entry.grant };
  }

  /** True when this ended a live token. */
  revokeToken(token: string, reason: TokenEndReason): boolean {
    const entry = this.#entryOf(token);
    return entry ? this.#end(entry, reason) : false;
  }

  revokeById(runId: string, id: string, reason: TokenEndReason): boolean {
    const entry = this.#entryById(runId, id);
    return entry ? this.#end(entry, reason) : false;
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

  isLive(runId: string, id: string): boolean {
    return this.#entryById(runId, id) !== undefined;
  }

  /** When a live token was last used, in epoch milliseconds; 0 if it was not. */
  lastUsedMs(runId: string, id: string): number {
    const entry = this.#entryById(runId, id);
    return entry ? this.#records.lastUsedMs(entry.slot) : 0;
  }

  /** Forgets everything and tells nobody: for shutdown and tests. */
  clear(): void {
    for (const entries of this.#runs.values()) for (const entry of entries) clearTimeout(entry.timer);
    this.#records = new TokenRecords();
    this.#lists = new AllowLists();
    this.#entries = [];
    this.#grants = [];
    this.#unseen.clear();
    this.#runs.clear();
    this.#count = 0;
  }

  /** What the tier and the grants pinned in a token say. The gate asks the plugin's current state instead: a pinned grant may be stale. */
  checkConnectorAccess(grant: ToolTokenGrant, connectorId: string): ConnectorCheck {
    return pinnedConnectorAccess(grant, connectorId);
  }

  #entryById(runId: string, id: string): Entry | undefined {
    for (const entry of this.#runs.get(runId) ?? []) if (entry.grant.id === id) return entry;
    return undefined;
  }

  #entryOf(token: string): Entry | undefined {
    const slot = this.#find(token);
    return slot === notFound ? undefined : this.#entries[slot];
  }

  #find(token: string): number {
    this.#fingerprint(token, this.#probe);
    const slot = this.#records.find(this.#probe);
    return slot === notFound && this.#unseen.size > 0 ? this.#findUnseen(token) : slot;
  }

  #findUnseen(token: string): number {
    if (!hasValidChecksum(token, toolTokenPrefix)) return notFound;
    const hash = sha256Hex(token);
    const entry = this.#unseen.get(hash);
    if (!entry) return notFound;
    this.#unseen.delete(hash);
    entry.unseenHash = null;
    this.#link(entry, token);
    return entry.slot;
  }

  #track(
    grant: ToolTokenGrant,
    life: { expiresAtMs: number; ttlMs: number; notAfterMs: number; nowMs: number; unseenHash: string | null },
  ): Entry {
    const slot = this.#records.add({
      endpoints: this.#lists.hold(grant.allowedEndpoints),
      operations: this.#lists.hold(grant.allowedOperations),
      dueMs: dueAt(life),
    });
    const { expiresAtMs, ttlMs, notAfterMs, unseenHash } = life;
    const entry: Entry = { slot, grant, expiresAtMs, ttlMs, notAfterMs, unseenHash, timer: undefined };
    this.#entries[slot] = entry;
    this.#grants[slot] = grant;
    const siblings = this.#runs.get(grant.runId);
    if (siblings) siblings.add(entry);
    else this.#runs.set(grant.runId, new Set([entry]));
    this.#count += 1;
    this.#arm(entry, life.nowMs);
    return entry;
  }

  #link(entry: Entry, token: string): void {
    this.#fingerprint(token, this.#probe);
    this.#records.link(entry.slot, this.#probe);
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
    this.#records.setDue(entry.slot, dueAt({ expiresAtMs: entry.expiresAtMs, ttlMs, notAfterMs: entry.notAfterMs }));
    if (entry.expiresAtMs === before) return;
    if (entry.expiresAtMs < before) this.#arm(entry, nowMs);
    entry.grant = Object.freeze({ ...entry.grant, expiresAt: toIso(entry.expiresAtMs) });
    this.#grants[entry.slot] = entry.grant;
    this.#listener.extended?.(entry.grant, this.#records.lastUsedMs(entry.slot));
  }

  #end(entry: Entry, reason: TokenEndReason): boolean {
    const siblings = this.#runs.get(entry.grant.runId);
    if (!siblings?.delete(entry)) return false;
    if (siblings.size === 0) this.#runs.delete(entry.grant.runId);
    this.#count -= 1;
    clearTimeout(entry.timer);
    if (entry.unseenHash) this.#unseen.delete(entry.unseenHash);
    const lastUsedMs = this.#release(entry);
    this.#listener.ended?.(entry.grant, reason, lastUsedMs);
    return true;
  }

  /** Gives back what the entry holds; answers when it was last used. */
  #release({ slot, unseenHash }: Entry): number {
    const lastUsedMs = this.#records.lastUsedMs(slot);
    this.#lists.drop(this.#records.endpoints(slot));
    this.#lists.drop(this.#records.operations(slot));
    this.#records.remove(slot, unseenHash === null);
    this.#entries[slot] = undefined;
    this.#grants[slot] = undefined;
    return lastUsedMs;
  }
}

/** When a use has to do more than note itself: half a life before the end, or at the end where that is the run's own. */
function dueAt({ expiresAtMs, ttlMs, notAfterMs }: { expiresAtMs: number; ttlMs: number; notAfterMs: number }): number {
  return expiresAtMs >= notAfterMs ? expiresAtMs : expiresAtMs - ttlMs / 2;
}

function requireText(value: string, name: string): void {
  if (typeof value !== 'string' || value.trim() === '')
    throw new AppError('BAD_REQUEST', { message: `${name}: must not be empty.` });
}

function requireTtl(ttlMs: number): void {
  if (!Number.isFinite(ttlMs) || ttlMs <= 0)
    throw new AppError('BAD_REQUEST', { message: 'ttlMs: must be positive and finite.' });
}
