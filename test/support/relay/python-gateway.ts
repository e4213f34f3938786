/** The Python gateway as a process of its own: what it tells, and what it is told to do. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { eventuallyFound } from '../eventually';

export interface Told {
  what: string;
  [more: string]: unknown;
}

export interface PythonGateway {
  told: Told[];
  /** The first thing it tells after `from` that `matches`. */
  tells(what: string, matches?: (told: Told) => boolean, from?: number): Promise<Told>;
  order(order: { do: 'idle' | 'wake' } | { do: 'act'; action: object }): void;
  stop(): void;
}

export function startPythonGateway(url: string, gatewayId: string, secret: string): PythonGateway {
  const told: Told[] = [];
  let rest = '';
  const errors: string[] = [];
  // Debian's own, which python3-websockets is for, whatever other python3 is first on the PATH.
  const child = spawn('/usr/bin/python3', [path.join(import.meta.dirname, 'gateway.py'), url, gatewayId], {
    env: { ...process.env, RELAY_SECRET: secret },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    told.push(...lines.map((line) => JSON.parse(line) as Told));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => void errors.push(text));
  return {
    told,
    async tells(what, matches = () => true, from = 0) {
      try {
        return await eventuallyFound(() => told.slice(from).find((one) => one.what === what && matches(one)));
      } catch {
        throw new Error(`It never told ${what}: ${JSON.stringify(told)} ${errors.join('')}`);
      }
    },
    order: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    stop: () => void child.kill('SIGKILL'),
  };
}
