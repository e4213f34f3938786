/** From `npm start` on a built tree to the line that says it serves, and what it holds in memory when nobody asks anything. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { within } from '@/test/support/eventually';
import { freePort } from '@/test/support/free-port';
import { admin, launchServer, repositoryRoot } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';
import { rssMb } from './support/gatehouse';
import { alone, bench } from './support/report';
import { rounds } from './support/rounds';

const idleMs = 5_000;
const deadlineMs = 60_000;

async function untilReady(child: ChildProcess): Promise<number> {
  const startedMs = performance.now();
  let output = '';
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (/^Gatehouse ready at /m.test(output)) resolve(performance.now() - startedMs);
    });
    child.once('exit', (code) => reject(new Error(`The server ended (${code}): ${output}`)));
  });
  return await within(ready, deadlineMs, 'The start');
}

async function environment(dataDir: string): Promise<Record<string, string>> {
  const { email, password } = admin;
  return {
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    GATEHOUSE_DATA_DIR: dataDir,
    GATEHOUSE_ADMIN_EMAIL: email,
    GATEHOUSE_ADMIN_PASSWORD: password,
    LOG_LEVEL: 'warn',
  };
}

/** As a person types it, with npm and the check that nothing is left to build. */
async function npmStart(dataDir: string): Promise<number> {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', ...(await environment(dataDir)) };
  const child = spawn('npm', ['start'], {
    cwd: repositoryRoot,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return await untilReady(child);
  } finally {
    // npm runs the server in a shell: the group is what ends.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await once(child, 'exit');
  }
}

async function start(dataDir: string, { idle }: { idle: boolean }): Promise<number> {
  const child = launchServer(await environment(dataDir));
  try {
    const readyMs = await untilReady(child);
    if (!idle) return readyMs;
    await wait(idleMs);
    return rssMb(child.pid ?? 0);
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

await bench(async () => {
  const dir = temporaryDir();
  try {
    const measured = await rounds({
      npm: () => npmStart(dir.path),
      server: () => start(dir.path, { idle: false }),
      first: async () => {
        const fresh = temporaryDir();
        return await start(fresh.path, { idle: false }).finally(fresh.remove);
      },
      memory: () => start(dir.path, { idle: true }),
    });
    const under = (least: number, text: string) => ({ text, meets: (value: number) => value < least });
    return {
      rows: [
        alone({ what: '`npm start` on a built tree → ready', unit: 'ms', goal: under(1_500, '< 1.5 s') }, measured.npm),
        alone({ what: 'of that, the server itself', unit: 'ms' }, measured.server),
        alone(
          { what: 'the server on a new data directory', unit: 'ms', goal: under(1_500, '< 1.5 s') },
          measured.first,
        ),
        alone({ what: 'resident memory, idle for 5 s', unit: 'MB', goal: under(300, '< 300 MB') }, measured.memory),
      ],
    };
  } finally {
    dir.remove();
  }
});
