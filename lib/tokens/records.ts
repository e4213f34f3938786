/**
 * What a check reads of each live token, 64 bytes a token in one buffer, and the index that finds it. A hundred thousand tokens
 * as objects with fields are spread over the heap, and a check then spends its time waiting for memory; here it touches
 * two places.
 */
import type { Fingerprint } from './fingerprint';

/** What `find` answers for a token that is not there. */
export const notFound = -1;

/** Words of 32 bits: 0–3 fingerprint, 4 endpoint list, 5 operation list. Doubles: 3 when due, 4 last use. */
const wordsPerRecord = 16;
const doublesPerRecord = 8;
const endpointsWord = 4;
const operationsWord = 5;
const dueDouble = 3;
const lastUsedDouble = 4;

export class TokenRecords {
  #words: Int32Array;
  #doubles: Float64Array;
  /** Open addressing by the fingerprint's first word: a slot's number plus one, 0 where nothing is. At most half full. */
  #index: Int32Array;
  #mask: number;
  readonly #free: number[] = [];
  #slots = 0;

  constructor(capacity = 1_024) {
    const buffer = new ArrayBuffer(capacity * wordsPerRecord * 4);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#index = new Int32Array(capacity * 2);
    this.#mask = this.#index.length - 1;
  }

  /** The slot of a new token. It is found once `link` gave it its fingerprint. */
  add({ endpoints, operations, dueMs }: { endpoints: number; operations: number; dueMs: number }): number {
    const slot = this.#free.pop() ?? this.#slots++;
    if (slot * wordsPerRecord >= this.#words.length) this.#grow();
    this.#words[slot * wordsPerRecord + endpointsWord] = endpoints;
    this.#words[slot * wordsPerRecord + operationsWord] = operations;
    this.#doubles[slot * doublesPerRecord + lastUsedDouble] = 0;
    this.setDue(slot, dueMs);
    return slot;
  }

  link(slot: number, { a, b, c, d }: Fingerprint): void {
    this.#words.set([a, b, c, d], slot * wordsPerRecord);
    this.#place(slot);
  }

  /** The slot, or `notFound`. */
  find({ a, b, c, d }: Fingerprint): number {
    const words = this.#words;
    for (let at = a & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = (this.#index[at] ?? 0) - 1;
      if (slot < 0) return notFound;
      const from = slot * wordsPerRecord;
      if (words[from] === a && words[from + 1] === b && words[from + 2] === c && words[from + 3] === d) return slot;
    }
  }

  /** Gives the slot back. `linked` is false for a token that never got its fingerprint. */
  remove(slot: number, linked: boolean): void {
    if (linked) this.#unlink(slot);
    this.#free.push(slot);
  }

  endpoints(slot: number): number {
    return this.#words[slot * wordsPerRecord + endpointsWord] ?? 0;
  }

  operations(slot: number): number {
    return this.#words[slot * wordsPerRecord + operationsWord] ?? 0;
  }

  /** Whether a use has to do more than note itself. */
  isDue(slot: number, nowMs: number): boolean {
    return nowMs >= (this.#doubles[slot * doublesPerRecord + dueDouble] ?? 0);
  }

  setDue(slot: number, dueMs: number): void {
    this.#doubles[slot * doublesPerRecord + dueDouble] = dueMs;
  }

  use(slot: number, nowMs: number): void {
    this.#doubles[slot * doublesPerRecord + lastUsedDouble] = nowMs;
  }

  /** Epoch milliseconds; 0 if it was not used. */
  lastUsedMs(slot: number): number {
    return this.#doubles[slot * doublesPerRecord + lastUsedDouble] ?? 0;
  }

  #place(slot: number): void {
    let at = this.#home(slot);
    while (this.#index[at] !== 0) at = (at + 1) & this.#mask;
    this.#index[at] = slot + 1;
  }

  #home(slot: number): number {
    return (this.#words[slot * wordsPerRecord] ?? 0) & this.#mask;
  }

  /** Moves those behind the hole that a look-up would no longer reach (Knuth 6.4, algorithm R), so that no mark is left in it. */
  #unlink(slot: number): void {
    let hole = this.#home(slot);
    while (this.#index[hole] !== slot + 1) hole = (hole + 1) & this.#mask;
    for (let at = (hole + 1) & this.#mask; ; at = (at + 1) & this.#mask) {
      const entry = this.#index[at] ?? 0;
      if (entry === 0) break;
      const home = this.#home(entry - 1);
      // It stays where the hole does not lie between its home and itself.
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      this.#index[hole] = entry;
      hole = at;
    }
    this.#index[hole] = 0;
  }

  #grow(): void {
    const old = this.#words;
    const linked = this.#index.filter((entry) => entry !== 0);
    const buffer = new ArrayBuffer(old.byteLength * 2);
    this.#words = new Int32Array(buffer);
    this.#words.set(old);
    this.#doubles = new Float64Array(buffer);
    this.#index = new Int32Array(this.#index.length * 2);
    this.#mask = this.#index.length - 1;
    for (const entry of linked) this.#place(entry - 1);
  }
}
