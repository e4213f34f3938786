/**
 * Counts the secrets a terminal shows: each once, however often its screen is drawn anew. Only names and counts leave it; what
 * it knows again it keeps as hashes, in memory. A flood is not skipped: whoever writes faster than this reads is paused, as
 * for the screen.
 */
import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { limits } from '@/lib/platform/limits';
import { createSecretFinder, type FoundSecret } from './finder';

/** How many secrets were shown that look like this. */
export interface LeakCount {
  pattern: string;
  count: number;
}

export interface LeakScanner {
  /** Bytes of the terminal, in order. */
  scan(bytes: Uint8Array): LeakCount[];
  /** What stands at the end, for a terminal that has gone quiet. */
  settle(): LeakCount[];
  /** True where `settle` may have something to say. */
  waits(): boolean;
  resize(cols: number): void;
}

export function createLeakScanner(cols: number): LeakScanner {
  const decoder = new StringDecoder('utf8');
  const finder = createSecretFinder({ cols, skims: true });
  const known = new Set<string>();

  function isNew({ secret }: FoundSecret): boolean {
    const hash = createHash('sha256').update(secret).digest('base64');
    if (known.has(hash)) return false;
    // The oldest is forgotten: a run that shows thousands is told of again and again, not less.
    for (const oldest of known) {
      if (known.size < limits.leakKnown) break;
      known.delete(oldest);
    }
    known.add(hash);
    return true;
  }

  return {
    scan: (bytes) =>
      countLeaks(finder.push(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))).filter(isNew)),
    settle: () => countLeaks(finder.settle().filter(isNew)),
    waits: finder.waits,
    resize: finder.resize,
  };
}

export function countLeaks(found: ReadonlyArray<{ pattern: string }>): LeakCount[] {
  const counts = new Map<string, number>();
  for (const { pattern } of found) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return [...counts].map(([pattern, count]) => ({ pattern, count }));
}
