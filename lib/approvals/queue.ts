/** The approvals that wait, in memory: who waits for each, how many a run holds, and one change of each at a time. */
import type { Approval } from '@/lib/contracts/approvals';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';

export type HeldFacts = Pick<Approval, 'id' | 'runId' | 'callId' | 'connectorId' | 'toolName' | 'argumentsSha256'>;

export interface Held extends HeldFacts {
  readonly requestedAtMs: number;
  expiresAtMs: number;
  timer: NodeJS.Timeout | undefined;
  /** One change at a time: the second of two decisions sees what the first one made. */
  readonly alone: ReturnType<typeof createOneAtATime>;
  readonly waiters: Set<() => void>;
}

/** The commit that a prepared approval is part of has succeeded or failed long before this. */
const preparedMs = 30_000;

export class HeldQueue {
  readonly #byId = new Map<string, Held>();
  readonly #byRun = new Map<string, Set<Held>>();
  /** Prepared and not open yet: they count, or a burst of calls would pass the limit before the first is open. */
  readonly #prepared = new Map<string, { runId: string; atMs: number }>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Held | undefined {
    return this.#byId.get(id);
  }

  all(): Held[] {
    return [...this.#byId.values()];
  }

  ofRun(runId: string): Held[] {
    return [...(this.#byRun.get(runId) ?? [])];
  }

  prepare(id: string, runId: string, nowMs: number): void {
    this.#prepared.set(id, { runId, atMs: nowMs });
  }

  countOf(runId: string, nowMs: number): number {
    let count = this.#byRun.get(runId)?.size ?? 0;
    for (const [id, prepared] of this.#prepared) {
      if (nowMs - prepared.atMs > preparedMs) this.#prepared.delete(id);
      else if (prepared.runId === runId) count += 1;
    }
    return count;
  }

  add(approval: Approval): Held {
    const { id, runId, callId, connectorId, toolName, argumentsSha256 } = approval;
    const held: Held = {
      ...{ id, runId, callId, connectorId, toolName, argumentsSha256 },
      requestedAtMs: Date.parse(approval.requestedAt),
      expiresAtMs: Date.parse(approval.expiresAt),
      timer: undefined,
      alone: createOneAtATime(),
      waiters: new Set(),
    };
    this.#prepared.delete(id);
    this.#byId.set(id, held);
    const others = this.#byRun.get(runId);
    if (others) others.add(held);
    else this.#byRun.set(runId, new Set([held]));
    return held;
  }

  remove(held: Held): void {
    clearTimeout(held.timer);
    this.#byId.delete(held.id);
    const others = this.#byRun.get(held.runId);
    others?.delete(held);
    if (others?.size === 0) this.#byRun.delete(held.runId);
    for (const tell of held.waiters) tell();
  }

  /** Resolves when it does not wait any more, or after `ms`, or when `signal` aborts. */
  gone(held: Held, { ms, signal }: { ms: number; signal?: AbortSignal }): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        held.waiters.delete(end);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      held.waiters.add(end);
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) end();
    });
  }
}
