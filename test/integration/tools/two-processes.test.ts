/** The console and `npm run tools` as two processes, with Redis between them. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '@/lib/platform/redis';
import { writeDeadLetter } from '@/lib/tools/queue/dead-letters';
import { deadStream, queueStream } from '@/lib/tools/queue/keys';
import { covers } from '@/test/requirements';
import { eventually, within } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { processesWithCommand } from '@/test/support/processes';
import { startRedis, type TestRedis } from '@/test/support/redis';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { startToolsProcess, type ToolsProcess } from '@/test/support/tools-process';
import { openLink } from '@/test/support/tools-queue';

covers('tools.queue', 'tools.queue-identity', 'tools.queue-once', 'tools.dead-letters');

let redis: TestRedis;
let server: TestServer;
let tools: ToolsProcess;
let orchestrator: TestClient;
let operator: OperatorClient;
let link: RedisLink;

beforeAll(async () => {
  redis = await startRedis();
  server = await startServer({ env: { REDIS_URL: redis.url } });
  tools = await startTools();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  link = await openLink(redis);
});
afterAll(async () => {
  await link.close();
  await tools.stop();
  await server.stop();
  await redis.stop();
});

const startTools = () => startToolsProcess({ REDIS_URL: redis.url, GATEHOUSE_DATA_DIR: server.dataDir });

async function startRun(title: string) {
  const body = { title, projectId: 'p1', kind: 'external', principal: { userId: 'run-owner' } };
  const { run, token } = await orchestrator.call('runs.create', { body });
  const agent = service(server.url, token?.token ?? '');
  return {
    id: run.id,
    directory: path.join(server.dataDir, 'work', run.id),
    async shell(command: string, more: Record<string, unknown> = {}) {
      const body = { tool: 'shell', arguments: { command }, traceId: 'trace-1', ...more };
      const answer = await agent.attempt('tools.run', { body });
      return { status: answer.status, ...(answer.body as Answer) };
    },
  };
}
interface Answer {
  callId?: string;
  output?: { stdout: string };
  principal?: { userId: string };
  error?: { code: string; message: string };
}

/** A peer as people write one, with Debian's python3-redis and python3-msgpack. */
async function python(...lines: string[]): Promise<void> {
  const preamble = ['import msgpack, redis', `r = redis.Redis.from_url(${JSON.stringify(redis.url)})`];
  await promisify(execFile)('/usr/bin/python3', ['-c', [...preamble, ...lines].join('\n')]);
}
const record = (userId: string) =>
  python(
    `r.set("gatehouse:tools:session:trace-1", msgpack.packb({"user_id": ${JSON.stringify(userId)}, "platform": "discord"}), ex=300)`,
  );

describe('a call in another process', () => {
  it('runs as the principal of the record a Python peer wrote, whatever its body claims', async () => {
    await record('maya');
    const run = await startRun('As maya');
    const answer = await run.shell('echo from $PPID; pwd', { userId: 'root', principal: { userId: 'root' } });
    expect(answer).toMatchObject({ status: 200, principal: { userId: 'maya', platform: 'discord' } });
    const [call] = (await operator.call('runs.calls', { params: { id: run.id } })).items;
    expect(call).toMatchObject({ principal: { userId: 'maya' }, claimed: { userId: 'root' }, status: 'completed' });
    expect(await operator.call('tools.queue')).toMatchObject({
      runsIn: 'queue',
      problem: null,
      workers: [{ pid: tools.pid }],
      deadLetters: 0,
    });
  });

  it('dies with its sandbox when its run is revoked', async () => {
    await record('maya');
    const run = await startRun('Revoked');
    const seconds = `${3_000 + Math.floor(process.pid % 1_000)}.25`;
    const answer = run.shell(`sleep ${seconds}`);
    const sleeping = () => processesWithCommand(`sleep ${seconds}`);
    await eventually(() => expect(sleeping().length).toBeGreaterThan(0));
    await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'enough' } });
    expect(await answer).toMatchObject({ status: 403, error: { code: 'RUN_NOT_ACTIVE' } });
    await eventually(() => expect(sleeping()).toEqual([]), { timeoutMs: 2_000, everyMs: 5 });
  });

  it('that a kill -9 of the tools service cut is answered once, as lost, and is not made again', async () => {
    await record('maya');
    const run = await startRun('Cut');
    let answers = 0;
    const answer = run.shell('echo once >> count; sleep 60').finally(() => {
      answers += 1;
    });
    const count = path.join(run.directory, 'count');
    await eventually(() => expect(existsSync(count)).toBe(true));
    await tools.kill9();
    tools = await startTools();
    expect(await within(answer, 30_000, 'the answer')).toMatchObject({
      status: 502,
      error: { code: 'CONNECTOR_EXECUTION_FAILED', message: expect.stringContaining('It may have happened') },
    });
    await eventually(async () => expect(await link.client.xLen(queueStream)).toBe(0));
    expect(readFileSync(count, 'utf8')).toBe('once\n');
    expect(answers).toBe(1);
  });

  it('is finished by a tools service that is told to end, and the next one waits for its successor', async () => {
    await record('maya');
    const run = await startRun('Drained');
    const running = run.shell('touch begun; sleep 1; echo done');
    await eventually(() => expect(existsSync(path.join(run.directory, 'begun'))).toBe(true));
    const code = tools.stop();
    expect(await running).toMatchObject({ status: 200, output: { stdout: 'done\n' } });
    expect(await code).toBe(0);
    const waiting = run.shell('echo later');
    tools = await startTools();
    expect(await waiting).toMatchObject({ status: 200, output: { stdout: 'later\n' } });
  });

  it('is refused with what to do while no tools service runs, and never made in the console itself', async () => {
    await record('maya');
    const run = await startRun('Alone');
    await tools.stop();
    expect(await run.shell('echo here')).toMatchObject({
      status: 502,
      error: { message: 'The tools service did not answer: is npm run tools running? Nothing was run.' },
    });
    tools = await startTools();
  });
});

describe('a dead letter', () => {
  const dead = async () => (await operator.call('deadLetters.list')).items;

  /** Of a call that was made: how a letter comes about is told by the tests of the queue. */
  async function makeOne(title: string) {
    await record('maya');
    const run = await startRun(title);
    const { callId = '' } = await run.shell('echo again');
    const reason = 'The directory of the run cannot be used here.';
    await writeDeadLetter(link.client, { callId, tool: 'shell', runId: run.id, reason, times: 3 });
    const [letter] = await dead();
    expect(letter).toMatchObject({ callId, runId: run.id, tool: 'shell', reason, times: 3 });
    return { run, id: letter?.id ?? '' };
  }

  it('is replayed as its run through the whole gate, on the record, and then gone', async () => {
    const { run, id } = await makeOne('Replayed');
    // The record of its trace may be long gone: the call has the principal it was allowed for.
    await link.client.del('gatehouse:tools:session:trace-1');
    const { callId, status } = await operator.call('deadLetters.replay', { params: { id } });
    expect(status).toBe('made');
    const call = await eventually(async () => {
      const found = await operator.call('calls.get', { params: { id: callId } });
      return found.status !== 'running' && found;
    });
    expect(call).toMatchObject({ status: 'completed', via: 'queue', principal: { userId: 'maya' }, runId: run.id });
    expect(await dead()).toEqual([]);
    const { items } = await operator.call('audit.list', { query: { action: 'tool.replay' } });
    expect(items[0]).toMatchObject({ outcome: 'ok', data: { runId: run.id, letterId: id } });
    expect((await operator.attempt('deadLetters.replay', { params: { id } })).status).toBe(404);
  });

  it('of a run that has ended is refused and stays, until it is discarded', async () => {
    const { run, id } = await makeOne('Ended');
    await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'enough' } });
    const refused = await operator.attempt('deadLetters.replay', { params: { id } });
    expect(refused).toMatchObject({ status: 401, body: { error: { code: 'TOOL_TOKEN_INVALID' } } });
    expect(await dead()).toHaveLength(1);
    await operator.call('deadLetters.discard', { params: { id } });
    expect(await dead()).toEqual([]);
    expect((await operator.call('audit.list', { query: { action: 'tool.discard' } })).items).toHaveLength(1);
  });

  it('that nobody can read is shown with its reason and can only be discarded', async () => {
    await link.client.xAdd(queueStream, '*', { envelope: Buffer.from([0xc1]) });
    await eventually(async () => expect(await dead()).toHaveLength(1));
    const [letter] = await dead();
    expect(letter).toMatchObject({ callId: null, reason: 'The envelope is not MessagePack.', times: 1 });
    const id = letter?.id ?? '';
    expect((await operator.attempt('deadLetters.replay', { params: { id } })).status).toBe(404);
    await operator.call('deadLetters.discard', { params: { id } });
    expect(await link.client.xLen(deadStream)).toBe(0);
  });
});
