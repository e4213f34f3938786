/** What a benchmark hands back, and how several rounds become one line. */

export interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface Row {
  what: string;
  unit: string;
  gatehouse: Spread;
  peer?: { name: string; value: Spread };
  /** Gatehouse over its peer, taken within each round: what survives a change of machine. */
  ratio?: Spread;
  goal?: { text: string; met: boolean };
}

export interface Growth {
  what: string;
  unit: string;
  sizes: Array<{ size: string; value: Spread }>;
}

export interface Report {
  rows: Row[];
  growth?: Growth[];
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: percentile(sorted, 0.5), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** `sorted` ascending; the nearest rank. */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function ascending(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

/** A line with its peer. `goal` looks at the median of the rounds' ratios. */
export function against(
  line: { what: string; unit: string; goal?: { text: string; meets: (ratio: number) => boolean } },
  gatehouse: number[],
  peer: { name: string; values: number[] },
): Row {
  const ratio = spread(gatehouse.map((value, round) => value / (peer.values[round] ?? Number.NaN)));
  return {
    what: line.what,
    unit: line.unit,
    gatehouse: spread(gatehouse),
    peer: { name: peer.name, value: spread(peer.values) },
    ratio,
    ...(line.goal ? { goal: { text: line.goal.text, met: line.goal.meets(ratio.median) } } : {}),
  };
}

/** A line without a peer. `goal` looks at the median. */
export function alone(
  line: { what: string; unit: string; goal?: { text: string; meets: (value: number) => boolean } },
  values: number[],
): Row {
  const gatehouse = spread(values);
  const { what, unit, goal } = line;
  return { what, unit, gatehouse, ...(goal ? { goal: { text: goal.text, met: goal.meets(gatehouse.median) } } : {}) };
}

/** Runs the benchmark of this file and hands its report to the runner; by hand, it is printed. */
export async function bench(measure: () => Promise<Report>): Promise<void> {
  const report = await measure();
  if (process.send) process.send(report, () => process.exit(0));
  else console.log(JSON.stringify(report, null, 2));
}

/** A wrong answer makes a number worthless, so it ends the benchmark. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Wrong answer: ${what}`);
}
