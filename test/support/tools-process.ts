/** `npm run tools` as a process of its own, from the built file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { eventually, within } from './eventually';
import { repositoryRoot } from './server';

export interface ToolsProcess {
  readonly pid: number;
  logs(): string;
  kill9(): Promise<void>;
  /** SIGTERM and wait. Answers the exit code. */
  stop(): Promise<number | null>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startToolsProcess(env: Record<string, string>): Promise<ToolsProcess> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(GATEHOUSE_|REDIS_URL$|NODE_ENV$|VITEST)/.test(name),
  );
  const child: ChildProcess = spawn(
    process.execPath,
    ['--enable-source-maps', path.join(repositoryRoot, 'build', 'tools.mjs')],
    {
      cwd: repositoryRoot,
      env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await within(once(child, 'exit'), 20_000, `The end of the tools service after ${signal}`);
    }
    return child.exitCode;
  }
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`The tools service ended.\n${log}`);
    return log.includes('Gatehouse tools service ready');
  });
  return {
    get pid() {
      return child.pid ?? -1;
    },
    logs: () => log,
    kill9: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
