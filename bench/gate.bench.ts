/** A call through the whole gate with its durable record, to a connector in the same process that echoes, against the echo alone. */
import type { RecordWriter } from '@/lib/audit/record-writer';
import { callWith, gateWorld } from '@/test/unit/gate/world';
import { recordThread } from './support/record-thread';
import { alone, ascending, bench, expectThat, percentile } from './support/report';
import { rounds } from './support/rounds';

const callsPerRound = 2_000;

await bench(async () => {
  const threads: RecordWriter[] = [];
  const world = await gateWorld({
    writerFor({ file }) {
      const thread = recordThread(file);
      threads.push(thread);
      return thread;
    },
  });
  const { token } = await world.startRun();
  const input = { path: 'docs/readme.md', text: 'a line of text that somebody wrote' };
  const request = callWith(token, { input });
  const answerOf = JSON.stringify(input);
  const echo = async () => ({ ok: true as const, outputSummary: JSON.stringify(input) });

  /** Each caller makes its next call when the last was answered. */
  async function load(callers: number, call: () => Promise<object>) {
    const took: number[] = [];
    let left = callsPerRound;
    const startedMs = performance.now();
    const caller = async () => {
      while (left > 0) {
        left -= 1;
        const atMs = performance.now();
        const answer = await call();
        took.push(performance.now() - atMs);
        expectThat('outputSummary' in answer && answer.outputSummary === answerOf, 'another answer');
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    const perSecond = callsPerRound / ((performance.now() - startedMs) / 1_000);
    await world.gate.settled();
    return { perSecond, p50Ms: percentile(ascending(took), 0.5) };
  }

  try {
    const rows = [];
    for (const callers of [1, 8, 50]) {
      const measured = await rounds({
        gatehouse: () => load(callers, () => world.gate.call(request)),
        peer: () => load(callers, echo),
      });
      const added = measured.gatehouse.map(({ p50Ms }, round) => p50Ms - (measured.peer[round]?.p50Ms ?? 0));
      const goalAt8 = { text: '< 0.5 ms', meets: (ms: number) => ms < 0.5 };
      const goalAt50 = { text: '≥ 10 k', meets: (perSecond: number) => perSecond >= 10_000 };
      rows.push(
        alone(
          {
            what: `authorised call with its record, ${callers} at a time, p50 added to the echo`,
            unit: 'ms',
            ...(callers === 8 ? { goal: goalAt8 } : {}),
          },
          added,
        ),
        alone(
          {
            what: `authorised calls with their records, ${callers} at a time`,
            unit: 'calls/s',
            ...(callers === 50 ? { goal: goalAt50 } : {}),
          },
          measured.gatehouse.map(({ perSecond }) => perSecond),
        ),
      );
    }
    // The last round's calls are all on the record, each with its decision and its end.
    const decided = await world.db.auditRow.count({ where: { action: { in: ['tool.allow', 'tool.result'] } } });
    expectThat(decided === world.reached.length * 2, 'rows of the record are missing');
    return { rows };
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
    await world.close();
  }
});
