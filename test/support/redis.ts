/** A Redis of its own for a test file: Debian's server on a free loopback port, in a directory of its own, with nothing kept unless asked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually, within } from './eventually';
import { freePort } from './free-port';
import { temporaryDir } from './temporary-dir';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  /** SIGKILL and wait; what it held is gone unless it is durable. */
  kill9(): Promise<void>;
  /** Ends it if it runs, and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface StartRedisOptions {
  /** Each write is on the disk before it is answered, so that it survives `kill9` and `restart`. */
  durable?: boolean;
  /** More of `redis.conf`, such as `user peer on …`. */
  config?: string[];
}

/** A test process that is killed runs no handler of its own; Linux ends its Redis for it. */
const diesWithUs = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @throws Error that names the package to install where there is no redis-server. */
export async function startRedis({ durable = false, config = [] }: StartRedisOptions = {}): Promise<TestRedis> {
  const own = temporaryDir();
  const port = await freePort();
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${own.path}`,
    'save ""',
    ...(durable ? ['appendonly yes', 'appendfsync always'] : []),
    ...config,
  ];
  let child = await launch();

  async function launch(): Promise<ChildProcess> {
    const [command = '', ...args] = [...diesWithUs, 'redis-server', '-'];
    const started = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [started.stdout, started.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const failed = once(started, 'error').then(([error]: unknown[]) => {
      throw new Error(
        `redis-server could not be started (${String(error)}). Install it (Debian: apt-get install -y redis-server) or run: node bin/setup.mjs test`,
      );
    });
    failed.catch(() => undefined);
    running.add(started);
    started.once('exit', () => running.delete(started));
    // It ends before it read everything when a setting is wrong, and its output says so.
    started.stdin?.on('error', () => undefined).end(`${settings.join('\n')}\n`);
    const up = eventually(async () => {
      if (started.exitCode !== null) return 'ended' as const;
      return (await answers(port)) && ('up' as const);
    });
    if ((await Promise.race([up, failed])) === 'ended')
      throw new Error(
        `redis-server ended. Where it is missing, run: node bin/setup.mjs test (Debian: apt-get install -y redis-server)\n${output}`,
      );
    return started;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await within(once(child, 'exit'), 10_000, "Redis's end");
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir: own.path,
    kill9: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      child = await launch();
    },
    async stop() {
      await end('SIGKILL');
      own.remove();
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    // Where the default user is off, Redis answers that somebody must authenticate: it serves all the same.
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
