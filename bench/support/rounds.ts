/** Rounds with the sides interleaved: what disturbs the machine disturbs both. */

export const roundCount = 5;

type Sides<Name extends string, Value> = Record<Name, (round: number) => Promise<Value> | Value>;

/** One warm-up round that counts for nothing, then the rounds; every other one starts with the last side. */
export async function rounds<Name extends string, Value>(
  sides: Sides<Name, Value>,
  { count = roundCount, warmUp = true }: { count?: number; warmUp?: boolean } = {},
): Promise<Record<Name, Value[]>> {
  const names = Object.keys(sides) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Value[]])) as Record<Name, Value[]>;
  for (let round = warmUp ? -1 : 0; round < count; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await sides[name](round);
      if (round >= 0) results[name].push(value);
    }
  }
  return results;
}
