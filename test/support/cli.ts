/** The real command line as a process of its own: with pipes, or on a terminal of its own. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { spawn as spawnOnPty } from '@lydell/node-pty';
import { eventuallyFound, within } from './eventually';
import { repositoryRoot, type TestServer } from './server';

const program = path.join(repositoryRoot, 'bin', 'gatehouse');

export interface CliOptions {
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  /** Standard input; empty when absent. */
  input?: string;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What the command line needs to find the server, and nothing of the person who runs the tests. */
export function cliEnv(
  server: Pick<TestServer, 'url' | 'serviceKey'>,
  more: Record<string, string> = {},
): Record<string, string> {
  const { PATH = '' } = process.env;
  return {
    PATH,
    HOME: '/nonexistent',
    TERM: 'xterm-256color',
    GATEHOUSE_URL: server.url,
    GATEHOUSE_SERVICE_KEY: server.serviceKey,
    ...more,
  };
}

export function runCli({ args, env, cwd, input = '' }: CliOptions): Promise<CliResult> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { NODE_ENV: 'production', ...env },
    cwd: cwd ?? repositoryRoot,
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<CliResult>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return within(ended, 90_000, `gatehouse ${args.join(' ')}`).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}\n${stdout}\n${stderr}`);
  });
}

export interface CliOnTerminal {
  type(keys: string): void;
  resize(cols: number, rows: number): void;
  /** Resolves when the screen output since the last match matches, and moves past it. */
  shows(pattern: RegExp): Promise<string>;
  output(): string;
  exit: Promise<number>;
  kill(signal: string): void;
}

export function runCliOnTerminal({ args, env, cwd }: Omit<CliOptions, 'input'>): CliOnTerminal {
  const terminal = spawnOnPty(process.execPath, [program, ...args], {
    env,
    cwd: cwd ?? repositoryRoot,
    cols: 90,
    rows: 24,
  });
  let output = '';
  let seen = 0;
  terminal.onData((text) => {
    output += text;
  });
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return {
    type: (keys) => terminal.write(keys),
    resize: (cols, rows) => terminal.resize(cols, rows),
    shows: async (pattern) => {
      const found = await eventuallyFound(() => pattern.exec(output.slice(seen)) ?? undefined, {
        timeoutMs: 40_000,
      }).catch(() => {
        throw new Error(`${pattern} was not shown. The screen got:\n${output.slice(seen)}`);
      });
      seen += found.index + found[0].length;
      return found[0];
    },
    output: () => output,
    exit: ended,
    kill: (signal) => terminal.kill(signal),
  };
}
