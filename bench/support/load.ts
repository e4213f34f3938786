/** Starts helpers of a benchmark as processes of their own, and orders load from the generator. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { repositoryRoot } from '@/test/support/server';
import { expectThat } from './report';

export interface LoadOrder {
  port: number;
  /** Whole requests, sent in turn. */
  requests: string[];
  connections: number;
  durationMs: number;
  /** What every answer must hold. */
  expect: string;
}

export interface LoadResult {
  perSecond: number;
  answers: number;
  bad: number;
  firstBad: string | null;
  p50Ms: number;
  p99Ms: number;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A file of `bench/peers`. Its first message is what it has to say before it is used. */
export function startPeer(name: string, args: string[] = []): ChildProcess {
  const child = fork(path.join(repositoryRoot, 'build', 'bench', 'peers', `${name}.mjs`), args, { execArgv: [] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** The next thing a helper says. @throws when it ends instead. */
export async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const onExit = (code: number | null) => ended.abort(new Error(`A helper of the benchmark ended (${code}).`));
  child.once('exit', onExit);
  try {
    const [message] = (await once(child, 'message', { signal: ended.signal })) as [T];
    return message;
  } finally {
    child.removeListener('exit', onExit);
  }
}

export function createLoad() {
  const generator = startPeer('load');
  return {
    /** @throws when any answer was wrong. */
    async order(order: LoadOrder): Promise<LoadResult> {
      generator.send(order);
      const result = await firstMessage<LoadResult & { failed?: string }>(generator);
      expectThat(result.failed === undefined, result.failed ?? '');
      expectThat(result.answers > 0 && result.bad === 0, `${result.bad} of ${result.answers}: ${result.firstBad}`);
      return result;
    },
    stop: () => void generator.kill(),
  };
}

/** One request as it stands on the wire. */
export function rawRequest(
  port: number,
  {
    method,
    path: target,
    headers,
    body,
  }: { method: string; path: string; headers: Record<string, string>; body?: string },
): string {
  const all = { host: `127.0.0.1:${port}`, ...headers, ...(body ? { 'content-length': String(body.length) } : {}) };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n${body ?? ''}`;
}
