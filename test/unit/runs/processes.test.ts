/** Real processes, as stubborn as they come: whatever a run started, ending it leaves none. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { newId } from '@/lib/platform/ids';
import { createProcessTable, processStartTicks } from '@/lib/runs/processes';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { isAlive, processesWithEnv } from '@/test/support/processes';

const table = createProcessTable();
const started: ChildProcess[] = [];
const runIds: string[] = [];
afterAll(() => {
  for (const runId of runIds.splice(0)) for (const { pid } of marked(runId)) process.kill(pid, 'SIGKILL');
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const marked = (runId: string) => processesWithEnv('GATEHOUSE_RUN_ID', runId);
function newRun(): string {
  const runId = newId('run');
  runIds.push(runId);
  return runId;
}

/** A shell in a session of its own, as the PTY of a run has; `ready` has resolved once the script said so. */
async function start(runId: string, script: string) {
  const child = spawn('bash', ['-c', script], {
    detached: true,
    env: { NODE_ENV: 'test', PATH: process.env.PATH, GATEHOUSE_RUN_ID: runId },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await eventually(() => text.includes('ready'));
  const pid = child.pid ?? -1;
  return { pid, session: { pid, startTicks: processStartTicks(pid) }, output: () => text };
}
/** Pids the script printed as `pid=<n>`. */
const printedPids = (output: string) => [...output.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1]));
const gone = (pid: number) => !isAlive(pid) || processStartTicks(pid) === null;

// They mostly wait for grace to run out, so they wait together.
describe.concurrent('ending the processes of a run', () => {
  covers('revoke.tree-dies');

  it('ends an obedient child and counts it once', async () => {
    const runId = newRun();
    const { session } = await start(runId, 'echo ready; exec sleep 999');
    expect(await table.count([{ runId, session }])).toEqual(new Map([[runId, 1]]));
    expect(await table.end({ runId, session })).toEqual({ ended: 1, left: [] });
    expect(marked(runId)).toEqual([]);
    expect(await table.end({ runId, session })).toEqual({ ended: 0, left: [] });
  });

  it('ends a child that ignores SIGHUP and SIGTERM', async () => {
    const runId = newRun();
    const { session } = await start(
      runId,
      `trap '' HUP TERM INT; sleep 999 & echo ready; wait; while :; do sleep 1; done`,
    );
    const { ended, left } = await table.end({ runId, session });
    expect(left).toEqual([]);
    expect(ended).toBeGreaterThanOrEqual(2);
    expect(marked(runId)).toEqual([]);
  });

  it('lets a child that minds SIGTERM clean up first', async () => {
    const runId = newRun();
    const { session, output } = await start(
      runId,
      `trap '' HUP; trap 'echo cleaned; exit' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    await table.end({ runId, session });
    await eventually(() => output().includes('cleaned'));
  });

  it('ends a child that double-forked into a session of its own, long after its parent is gone', async () => {
    const runId = newRun();
    const { session, pid, output } = await start(
      runId,
      '(setsid bash -c "echo pid=\\$\\$; echo ready; exec sleep 999" &) ; exit 0',
    );
    await eventually(() => gone(pid));
    const [orphan] = printedPids(output());
    expect(marked(runId).map((found) => found.pid)).toEqual([orphan]);
    expect(await table.end({ runId, session })).toEqual({ ended: 1, left: [] });
    expect(gone(orphan ?? -1)).toBe(true);
  });

  it('ends a child that cleared its environment, by its session, and by its parent where it left that', async () => {
    const runId = newRun();
    const script = `env -i sleep 999 & echo pid=$!; env -i setsid sleep 997 & echo pid=$!; echo ready; wait`;
    const { session, output } = await start(runId, script);
    expect(printedPids(output())).toHaveLength(2);
    const { left } = await table.end({ runId, session });
    expect(left).toEqual([]);
    for (const pid of printedPids(output())) expect(gone(pid)).toBe(true);
  });

  it('ends an orphan of the session that cleared its environment', async () => {
    const runId = newRun();
    const { session, pid, output } = await start(runId, '(env -i sleep 999 & echo pid=$!; echo ready); exit 0');
    await eventually(() => gone(pid));
    expect(await table.end({ runId, session })).toEqual({ ended: 1, left: [] });
    for (const orphan of printedPids(output())) expect(gone(orphan)).toBe(true);
  });

  it('ends a stopped child', async () => {
    const runId = newRun();
    const { session } = await start(runId, 'sleep 999 & kill -STOP $!; echo ready; kill -STOP $$; wait');
    expect((await table.end({ runId, session })).left).toEqual([]);
    expect(marked(runId)).toEqual([]);
  });

  it('ends children that start others as they are told to end', async () => {
    const runId = newRun();
    const script = `
      again() { trap again HUP TERM; if [ "$depth" -lt 40 ]; then depth=$((depth+1)) setsid bash -c "$body" & fi; }
      export body='again() { if [ "$depth" -lt 40 ]; then depth=$((depth+1)) setsid bash -c "$body" & fi; }; trap again HUP TERM; while :; do sleep 0.02; done'
      export depth=0; trap again HUP TERM; echo ready; while :; do sleep 0.02; done`;
    const { session } = await start(runId, script);
    const { ended, left } = await table.end({ runId, session });
    expect(left).toEqual([]);
    expect(ended).toBeGreaterThan(2);
    expect(marked(runId)).toEqual([]);
  });

  it('outruns a fork loop', async () => {
    const runId = newRun();
    const script = `trap '' HUP TERM; for i in $(seq 300); do (trap '' HUP TERM; exec sleep 999) & [ $i = 20 ] && echo ready; sleep 0.01; done; wait`;
    const { session } = await start(runId, script);
    expect((await table.end({ runId, session })).left).toEqual([]);
    expect(marked(runId)).toEqual([]);
  });
});

describe('what is not of the run', () => {
  it('stays: another run’s processes, also as descendants, and those whose id starts alike', async () => {
    const runId = newRun();
    const other = newRun();
    const script = `GATEHOUSE_RUN_ID=${other} sleep 999 & echo pid=$!; GATEHOUSE_RUN_ID=${runId}x setsid -f sleep 999; echo ready; sleep 999`;
    runIds.push(`${runId}x`);
    const { session, output } = await start(runId, script);
    const [otherPid] = printedPids(output());
    await eventually(() => marked(`${runId}x`).length === 1 && marked(other).length === 1);
    await table.end({ runId, session: null });
    expect(gone(session.pid)).toBe(true);
    expect(marked(other).map(({ pid }) => pid)).toEqual([otherPid]);
    expect(marked(`${runId}x`)).toHaveLength(1);
  });

  it('stays: a process that merely got the pid of the terminal’s leader later', async () => {
    const runId = newRun();
    const stranger = await start(newRun(), 'echo ready; exec sleep 999');
    const stale = { pid: stranger.pid, startTicks: (stranger.session.startTicks ?? 0) - 1 };
    expect(await table.end({ runId, session: stale })).toEqual({ ended: 0, left: [] });
    expect(gone(stranger.pid)).toBe(false);
  });
});

describe('looking', () => {
  it('finds the runs that left something behind', async () => {
    const [mine, other] = [newRun(), newRun()];
    await start(mine, 'echo ready; exec sleep 999');
    await start(other, 'echo ready; exec sleep 999');
    const found = await table.markedRuns();
    expect(found).toEqual(expect.arrayContaining([mine, other]));
    expect(new Set(found).size).toBe(found.length);
  });

  it('does not count a child that has ended and was not reaped yet', async () => {
    const runId = newRun();
    const { session, output } = await start(runId, 'bash -c "exit 0" & echo pid=$!; echo ready; kill -STOP $$');
    const [zombie] = printedPids(output());
    await eventually(() => processStartTicks(zombie ?? -1) === null);
    expect(await table.count([{ runId, session }])).toEqual(new Map([[runId, 1]]));
  });

  it('knows when a process started, and that one which is gone did not', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    expect(processStartTicks(child.pid ?? -1)).toBeNull();
    expect(processStartTicks(process.pid)).toBeGreaterThan(0);
  });
});
