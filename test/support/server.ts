/** The real built server as a process of its own, with its own port and data directory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from './eventually';
import { freePort } from './free-port';
import { processesWithEnv } from './processes';
import { temporaryDir } from './temporary-dir';

export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export const admin = { email: 'admin@example.com', password: 'correct horse battery staple' };
export const serviceKey = 'gth_key_for_tests_0123456789abcdefghijklmnopqrstuvwxyz';

export interface StartServerOptions {
  /** Over the harness's own values; `undefined` removes one. */
  env?: Record<string, string | undefined>;
  /** Keep and reuse a data directory; the caller removes it. */
  dataDir?: string;
  port?: number;
}

export interface TestServer {
  url: string;
  port: number;
  serviceKey: string;
  dataDir: string;
  readonly pid: number;
  /** Everything it printed, over all its lives. */
  logs(): string;
  /** SIGTERM and wait. Then what it left is ended and its data directory removed. Answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL and wait; the data stays for `restart()`. */
  kill9(): Promise<void>;
  /** SIGTERM and wait; the data stays. */
  terminate(): Promise<number | null>;
  /** Ends it if it runs, and starts it again on the same port and data. */
  restart(): Promise<void>;
}

const startTimeoutMs = 90_000;
const stopTimeoutMs = 40_000;

/** Children of this test process that still run: they go when it goes. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startServer({ env = {}, dataDir, port }: StartServerOptions = {}): Promise<TestServer> {
  const own = dataDir === undefined ? temporaryDir() : undefined;
  const dir = dataDir ?? own?.path ?? '';
  const chosenPort = port ?? (await freePort());
  const url = `http://127.0.0.1:${chosenPort}`;
  let log = '';
  let child = launch();

  function launch(): ChildProcess {
    const started = launchServer({
      HOST: '127.0.0.1',
      PORT: String(chosenPort),
      GATEHOUSE_DATA_DIR: dir,
      GATEHOUSE_ADMIN_EMAIL: admin.email,
      GATEHOUSE_ADMIN_PASSWORD: admin.password,
      GATEHOUSE_SERVICE_KEY: serviceKey,
      ...env,
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    }
    return started;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (hasEnded(child)) return child.exitCode;
    child.kill(signal);
    try {
      await within(once(child, 'exit'), stopTimeoutMs, `The server's end after ${signal}`);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${String(error)}\n${log}`);
    }
    return child.exitCode;
  }

  async function ready(): Promise<void> {
    const seen = log.length;
    await within(
      untilReady(child, () => log.slice(seen)),
      startTimeoutMs,
      `The server's start\n${log}`,
    );
  }

  const server: TestServer = {
    url,
    port: chosenPort,
    serviceKey,
    dataDir: dir,
    get pid() {
      return child.pid ?? -1;
    },
    logs: () => log,
    terminate: () => end('SIGTERM'),
    kill9: async () => {
      await end('SIGKILL');
    },
    restart: async () => {
      await end('SIGTERM');
      child = launch();
      await ready();
    },
    stop: async () => {
      try {
        return await end('SIGTERM');
      } finally {
        for (const { pid } of processesWithEnv('GATEHOUSE_URL', url)) killQuietly(pid);
        own?.remove();
      }
    },
  };
  try {
    await ready();
  } catch (error) {
    child.kill('SIGKILL');
    own?.remove();
    throw error;
  }
  return server;
}

/** `node build/main.mjs` with nothing of this process's own Gatehouse environment. */
export function launchServer(env: Record<string, string | undefined>): ChildProcess {
  const main = path.join(repositoryRoot, 'build', 'main.mjs');
  if (!existsSync(main)) throw new Error('The server is not built. Run: node bin/setup.mjs test');
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(GATEHOUSE_|DATABASE_URL$|REDIS_URL$|NODE_ENV$|VITEST|HOST$|PORT$)/.test(name),
  );
  const cheapPasswords = path.join(repositoryRoot, 'test', 'support', 'cheap-passwords.mjs');
  const child = spawn(process.execPath, ['--import', cheapPasswords, main], {
    cwd: repositoryRoot,
    env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (/^Gatehouse ready at /m.test(output())) resolve();
    };
    child.stdout?.on('data', look);
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The server ended (${code ?? signal}) before it served.\n${output()}`)),
    );
    look();
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
