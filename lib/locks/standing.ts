/** The locks that stand, in memory: asked on every call, so a look-up is at most five reads of a map. */
import type { Lock, LockKind } from '@/lib/contracts/locks';
import type { Clock } from '@/lib/platform/clock';
import type { LockIndex, LockSubjects } from './lock-index';

export interface StandingLocks extends LockIndex {
  add(lock: Lock): void;
  remove(id: string): void;
  get(id: string): Lock | undefined;
  /** Newest first, without those whose end has come. */
  all(): Lock[];
  /** Those whose end has come. */
  over(): Lock[];
  /** When the next one ends, in epoch milliseconds. */
  nextEndMs(): number | null;
}

export function createStandingLocks(clock: Clock): StandingLocks {
  const byId = new Map<string, Lock>();
  const byTarget = new Map<string, Lock[]>();
  const keyOf = (kind: LockKind, id: string) => `${kind}:${id}`;
  const stands = ({ expiresAt }: Lock) => expiresAt === null || Date.parse(expiresAt) > clock.now();

  function on(kind: LockKind, id: string | null | undefined): Lock | undefined {
    if (id === null || id === undefined) return undefined;
    return byTarget.get(keyOf(kind, id))?.find(stands);
  }

  return {
    find({ userIds = [], pluginId, projectId, operatorId, connectorId }: LockSubjects) {
      if (byId.size === 0) return undefined;
      for (const id of userIds) {
        const lock = on('user', id);
        if (lock) return lock;
      }
      return (
        on('plugin', pluginId) ?? on('project', projectId) ?? on('operator', operatorId) ?? on('connector', connectorId)
      );
    },
    get: (id) => byId.get(id),
    add(lock) {
      byId.set(lock.id, lock);
      const key = keyOf(lock.target.kind, lock.target.id);
      byTarget.set(key, [...(byTarget.get(key) ?? []), lock]);
    },
    remove(id) {
      const lock = byId.get(id);
      if (!lock) return;
      byId.delete(id);
      const key = keyOf(lock.target.kind, lock.target.id);
      const others = (byTarget.get(key) ?? []).filter((other) => other.id !== id);
      if (others.length > 0) byTarget.set(key, others);
      else byTarget.delete(key);
    },
    all: () => [...byId.values()].filter(stands).sort(newestFirst),
    over: () => [...byId.values()].filter((lock) => !stands(lock)),
    nextEndMs() {
      const ends = [...byId.values()].flatMap(({ expiresAt }) => (expiresAt === null ? [] : [Date.parse(expiresAt)]));
      return ends.length === 0 ? null : Math.min(...ends);
    },
  };
}

export function newestFirst(a: Lock, b: Lock): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
