/** Tool-session records in Redis: shared with a Python peer, gone when Redis is, and back with it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { addJournal } from '@/test/support/journal';
import { startRedis, type TestRedis } from '@/test/support/redis';
import { admin, startServer, type TestServer } from '@/test/support/server';

covers('traces.peers', 'traces.redis-away', 'traces.fail-closed');

const prefix = 'sg:tools:session:';
let redis: TestRedis;
let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
let agent: TestClient;
let runId: string;

beforeAll(async () => {
  redis = await startRedis();
  server = await startServer({ env: { REDIS_URL: redis.url, GATEHOUSE_TOOL_SESSION_PREFIX: prefix } });
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  await addJournal(server, operator);
  const body = { title: 'Peers', projectId: 'p1', kind: 'external', principal: { userId: 'run-owner' } };
  const { run, token } = await orchestrator.call('runs.create', { body });
  agent = service(server.url, token?.token ?? '');
  runId = run.id;
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

/** A peer as people write one: Debian's python3-redis and python3-msgpack, given the URL and the prefix. Another python3 first on the PATH has neither. */
async function python(lines: string[]): Promise<string> {
  const preamble = [
    'import json, msgpack, redis',
    `r = redis.Redis.from_url(${JSON.stringify(redis.url)})`,
    `key = lambda trace: ${JSON.stringify(prefix)} + trace`,
  ];
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', [...preamble, ...lines].join('\n')]);
  return stdout.trim();
}
async function ask(traceId: string) {
  const body = { connectorId: 'journal', toolName: 'get_line', input: { nonce: 'n' }, traceId };
  const answer = await agent.attempt('tools.execute', { body });
  return (answer.body as { error?: { code?: string } }).error?.code ?? 'ok';
}
const put = (traceId: string, body: Record<string, unknown>) =>
  orchestrator.attempt('traces.put', { params: { traceId }, body });

describe('a record', () => {
  it('that a Python peer writes is whom a call is made for', async () => {
    await python([
      `identity = {"user_id": "123456789012345678", "guild_id": None, "channel_id": "c1", "platform": "discord", "user_aliases": ["maya"]}`,
      `r.set(key("from-python"), msgpack.packb(identity), ex=60)`,
    ]);
    expect(await ask('from-python')).toBe('ok');
    const [call] = (await operator.call('runs.calls', { params: { id: runId } })).items;
    expect(call?.principal).toEqual({
      userId: '123456789012345678',
      platform: 'discord',
      channelId: 'c1',
      userAliases: ['maya'],
    });
  });

  it('that was written here is read by a Python peer, field by field, with its time to live', async () => {
    const identity = { user_id: 'maya', platform: 'discord', guild_id: 'g1', user_aliases: ['ä'] };
    expect((await put('to-python', { identity, ttlSeconds: 90, runId })).status).toBe(204);
    expect((await put('plain', { identity: { user_id: 'noor', platform: 'slack' } })).status).toBe(204);
    const read = await python([
      'print(json.dumps([[msgpack.unpackb(r.get(key(trace))), r.ttl(key(trace))] for trace in ["to-python", "plain"]]))',
    ]);
    const [bound, plain] = JSON.parse(read) as [[object, number], [object, number]];
    expect([bound[0], plain[0]]).toEqual([
      { ...identity, run_id: runId },
      { user_id: 'noor', platform: 'slack' },
    ]);
    expect(bound[1]).toBeGreaterThan(80);
    expect(bound[1]).toBeLessThanOrEqual(90);
    expect(plain[1]).toBeGreaterThan(290);
    expect(await ask('to-python')).toBe('ok');
  });

  it('is none when it is garbled, another type, for another run, or under another prefix', async () => {
    await python([
      'r.set(key("garbled"), b"\\xc1\\xff\\x00")',
      'r.set(key("json"), json.dumps({"user_id": "maya", "platform": "discord"}))',
      'r.rpush(key("list"), b"x")',
      'r.set(key("number"), msgpack.packb({"user_id": 2**53 + 1, "platform": "discord"}))',
      'r.set(key("foreign"), msgpack.packb({"user_id": "maya", "platform": "discord", "run_id": "run_other"}))',
      'r.set("gatehouse:tools:session:elsewhere", msgpack.packb({"user_id": "maya", "platform": "discord"}))',
      'r.set(key("over"), msgpack.packb({"user_id": "maya", "platform": "discord"}), px=1)',
    ]);
    for (const traceId of ['garbled', 'json', 'list', 'number', 'foreign', 'elsewhere', 'over'])
      expect(await ask(traceId), traceId).toBe('IDENTITY_UNKNOWN');
  });

  it('costs one round trip, and none for a stranger', async () => {
    const gets = async () =>
      Number(await python(['print(r.info("commandstats").get("cmdstat_get", {}).get("calls", 0))']));
    await put('counted', { identity: { user_id: 'maya', platform: 'discord' } });
    const before = await gets();
    for (let call = 0; call < 5; call += 1) expect(await ask('counted')).toBe('ok');
    const stranger = service(server.url, 'gth_tool_nonsense');
    await stranger.attempt('tools.execute', {
      body: { connectorId: 'journal', toolName: 'get_line', traceId: 'counted' },
    });
    expect((await gets()) - before).toBe(5);
  });
});

describe('while Redis is away', () => {
  it('the console serves, says so, refuses calls that name a trace, and goes on once it is back', async () => {
    await redis.kill9();
    const ready = () => fetch(`${server.url}/readyz`);
    await eventually(async () => (await ready()).status === 503);
    expect(await (await ready()).text()).toContain(`127.0.0.1:${redis.port}`);
    expect(await ask('counted')).toBe('IDENTITY_UNKNOWN');
    expect((await put('lost', { identity: { user_id: 'maya', platform: 'discord' } })).status).toBe(204);
    expect((await operator.call('runs.get', { params: { id: runId } })).status).toBe('active');
    const { items } = await operator.call('audit.list', { query: { action: 'trace.write', target: 'lost' } });
    expect(items.map(({ outcome }) => outcome)).toEqual(['failed', 'ok']);

    await server.restart();
    expect((await ready()).status).toBe(503);
    await redis.restart();
    await eventually(async () => (await ready()).status === 200);
    await put('back', { identity: { user_id: 'maya', platform: 'discord' } });
    expect(await ask('back')).toBe('ok');
    expect(await ask('lost')).toBe('IDENTITY_UNKNOWN');
    const said = server
      .logs()
      .split('\n')
      .filter((line) => line.includes('Redis does not answer'));
    expect(said.length).toBeLessThanOrEqual(2 * 4);
  });
});
