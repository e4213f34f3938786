/** What an upstream said that led nowhere, by why. */
export const dropReasons = [
  /** No JSON object, or with wrong fields. */
  'malformed',
  /** Of a type that this version does not know. */
  'unknown',
  /** An answer to nothing. */
  'unasked',
  /** A forwarded request that is of no known platform, or cannot be read. */
  'undecodable',
  /** Of a platform that no hello was said for. */
  'platform',
  /** Before the connector had described the platform. */
  'handshake',
  /** Of an upstream that does not know us by a secret. */
  'untrusted',
  /** Without an author, or with one that cannot be a principal. */
  'author',
  /** An interrupt of a session that is not there. */
  'no_session',
  /** So much waits of this session already. */
  'full',
  /** A lock, its plugin, or the system let no run begin. */
  'refused',
  /** Waiting when its session was interrupted, or its run revoked. */
  'cancelled',
] as const;
export type DropReason = (typeof dropReasons)[number];

export interface Drops {
  /** True for the first of its kind since the last `since`. */
  add(reason: DropReason): boolean;
  total(): number;
  /** What was counted since it was asked last. */
  since(): Partial<Record<DropReason, number>>;
}

export function createDrops(): Drops {
  let total = 0;
  let counts: Partial<Record<DropReason, number>> = {};
  return {
    add(reason) {
      total += 1;
      counts[reason] = (counts[reason] ?? 0) + 1;
      return counts[reason] === 1;
    },
    total: () => total,
    since() {
      const counted = counts;
      counts = {};
      return counted;
    },
  };
}
