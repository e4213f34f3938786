/** The access rules of docs/tools-service.md, as they stand there: a peer puts nothing on the stream, and who must work can. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadStream, orderKey, queueGroup, queueStream } from '@/lib/tools/queue/keys';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { startRedis, type TestRedis } from '@/test/support/redis';
import { repositoryRoot } from '@/test/support/server';
import { ann, openLink, orderOf, startConsole, startWorker, writeRecord } from '@/test/support/tools-queue';

covers('tools.queue-acl');

const page = readFileSync(path.join(repositoryRoot, 'docs', 'tools-service.md'), 'utf8');
const rules = page.split('```acl\n')[1]?.split('\n```')[0]?.split('\n') ?? [];

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis({ config: rules });
});
afterAll(() => redis.stop());

const as = (user: string) => ({ url: redis.url.replace('//', `//${user}:${user}-password@`) });
const refused = /^NOPERM/;

describe('attack: a client with the rules of a peer', () => {
  it('writes records, and cannot put a call on the stream, order one, answer one or end one', async () => {
    const { text, ...link } = await openLink(as('peer'));
    await text.set('gatehouse:tools:session:mine', 'x', { expiration: { type: 'EX', value: 5 } });
    expect(await text.get('gatehouse:tools:session:mine')).toBe('x');
    await expect(text.xAdd(queueStream, '*', { envelope: 'x' })).rejects.toThrow(refused);
    await expect(text.set(orderKey('call_1'), 'x')).rejects.toThrow(refused);
    await expect(text.xAdd('gatehouse:tools:queue:replies:x', '*', { reply: 'x' })).rejects.toThrow(refused);
    await expect(text.publish('gatehouse:tools:queue:cancel', 'call_1')).rejects.toThrow(refused);
    await expect(text.xReadGroup(queueGroup, 'me', { key: queueStream, id: '>' })).rejects.toThrow(refused);
    await expect(text.keys('*')).rejects.toThrow(refused);
    await expect(text.configGet('requirepass')).rejects.toThrow(refused);
    await link.close();
  });

  it('that names no user, gets nothing', async () => {
    const { createClient } = await import('@redis/client');
    const client = createClient({ url: redis.url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await expect(client.connect().then(() => client.get('x'))).rejects.toThrow(/NOAUTH|WRONGPASS|Authentication/);
    if (client.isOpen) client.destroy();
  });
});

describe('with the rules of the documentation', () => {
  it('console and worker do all they need: calls, a cancel, a retry, a dead letter, a drain', async () => {
    let attempts = 0;
    const worker = await startWorker(
      as('worker'),
      ({ arguments: { command }, signal }) =>
        command === 'wait'
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          : Promise.resolve({ output: { command } }),
      {
        prepare: async ({ arguments: { command } }) => {
          attempts += 1;
          if (command === 'fail') throw new Error('Not here.');
        },
      },
    );
    const console = await startConsole(as('console'));
    expect(await console.call({ arguments: { command: 'true' } })).toEqual({ output: { command: 'true' } });

    const abort = new AbortController();
    const waiting = console.call({ arguments: { command: 'wait' }, signal: abort.signal });
    await eventually(() => expect(attempts).toBe(2));
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });

    await expect(console.call({ arguments: { command: 'fail' } })).rejects.toMatchObject({
      message: expect.stringContaining('dead letter'),
    });
    expect(await console.link.client.xLen(deadStream)).toBe(1);
    expect((await console.workers.look()).workers).toHaveLength(1);
    await worker.stop();
    await eventually(async () => expect((await console.workers.look()).workers).toEqual([]));
    await console.stop();
  });

  it('a worker cannot put a call on the stream, nor write a record', async () => {
    const link = await openLink(as('worker'));
    await expect(link.text.xAdd(queueStream, '*', { envelope: 'x' })).rejects.toThrow(refused);
    await expect(writeRecord(link, orderOf().traceId, ann)).rejects.toThrow(refused);
    await link.close();
  });
});
