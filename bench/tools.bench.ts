/** What a sandbox costs: a command that does nothing, started in one and ended, against a plain spawn. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ToolOrder } from '@/lib/tools/runner';
import { createShell } from '@/lib/tools/shell/shell';
import { temporaryDir } from '@/test/support/temporary-dir';
import { alone, ascending, bench, expectThat, percentile } from './support/report';
import { rounds } from './support/rounds';

const commandsPerRound = 60;

await bench(async () => {
  const dir = temporaryDir();
  const directory = path.join(dir.path, 'run');
  mkdirSync(directory);
  const own = path.join(dir.path, 'own');
  const shell = createShell({ folder: own, hidden: [own], onState: () => undefined });
  const order: ToolOrder = {
    ...{ callId: 'call_bench', runId: 'run_bench', traceId: 'bench', tool: 'shell' as const, arguments: {} },
    ...{ principal: { userId: 'bench', platform: 'bench' }, privileges: 0n },
    ...{ directory, timeoutMs: 60_000, signal: new AbortController().signal },
  };

  async function spawned(): Promise<number | null> {
    const child = spawn('/bin/sh', ['-c', 'true'], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'close');
    return child.exitCode;
  }

  async function load(command: () => Promise<number | null>) {
    const took: number[] = [];
    for (let count = 0; count < commandsPerRound; count += 1) {
      const atMs = performance.now();
      expectThat((await command()) === 0, 'the command failed');
      took.push(performance.now() - atMs);
    }
    return percentile(ascending(took), 0.5);
  }

  try {
    const measured = await rounds({
      gatehouse: () => load(async () => (await shell.run(order, { command: 'true' })).exitCode),
      peer: () => load(spawned),
    });
    expectThat(shell.state()?.sandboxed === true, 'there is no sandbox here');
    const goal = { text: '< 25 ms', meets: (ms: number) => ms < 25 };
    const rows = [
      alone({ what: 'a command in its sandbox, started and ended, p50', unit: 'ms', goal }, measured.gatehouse),
      alone({ what: 'the same by a plain spawn, p50', unit: 'ms' }, measured.peer),
    ];
    return { rows };
  } finally {
    dir.remove();
  }
});
