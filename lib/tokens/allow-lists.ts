/** The lists of endpoints and operations that tokens allow, each kept once: many tokens, few different lists. */

/** The number of the list that allows everything. */
export const anything = 0;

export class AllowLists {
  readonly #lists: Array<readonly string[] | null> = [null];
  readonly #numbers = new Map<string, number>();
  readonly #uses: number[] = [0];
  readonly #free: number[] = [];

  /** The number by which a token holds this list, until `drop`. */
  hold(list: readonly string[]): number {
    if (list.includes('*')) return anything;
    const key = JSON.stringify(list);
    const number = this.#numbers.get(key) ?? this.#keep(key, list);
    this.#uses[number] = (this.#uses[number] ?? 0) + 1;
    return number;
  }

  allows(number: number, wanted: string): boolean {
    return number === anything || (this.#lists[number]?.includes(wanted) ?? false);
  }

  drop(number: number): void {
    if (number === anything) return;
    const uses = (this.#uses[number] ?? 1) - 1;
    this.#uses[number] = uses;
    if (uses > 0) return;
    this.#numbers.delete(JSON.stringify(this.#lists[number]));
    this.#lists[number] = null;
    this.#free.push(number);
  }

  #keep(key: string, list: readonly string[]): number {
    const number = this.#free.pop() ?? this.#lists.length;
    this.#lists[number] = [...list];
    this.#uses[number] = 0;
    this.#numbers.set(key, number);
    return number;
  }
}
