/** kill -9 at random points under load, again and again: what was acknowledged stands, what was not is whole or absent. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentsDigest } from '@/lib/gate/journal';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { service, signIn, type TestClient } from '../support/http-client';
import { addJournal } from '../support/journal';
import { allPages } from '../support/pages';
import { processesWithEnv } from '../support/processes';
import { admin, startServer, type TestServer } from '../support/server';

const rounds = 4;
/** Done in each round before the kill, however slow the machine is, so that there is always something to lose. */
const least = { runs: 10, calls: 3 };
const principal = { userId: 'dana' };
const external = { title: 'External', projectId: 'chaos', kind: 'external' as const, principal };

let server: TestServer;
let orchestrator: TestClient;
let journal: Awaited<ReturnType<typeof addJournal>>;
let nonces = 0;
beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  journal = await addJournal(server, await signIn(server.url, admin.email, admin.password));
});
afterAll(() => server.stop());

/** The same numbers in each run of the tests (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the server said was done, over all its lives. */
const acknowledged = {
  live: new Map<string, Set<string>>(),
  revoked: new Map<string, Set<string>>(),
  /** Asked to be revoked, and no answer came: either is right. */
  unsure: new Map<string, Set<string>>(),
  ptys: new Set<string>(),
  rows: 0,
};

const acknowledgedRuns = () => acknowledged.live.size + acknowledged.revoked.size;

/** Runs start, get tokens and are revoked, side by side, until the connection breaks. */
async function work(random: () => number): Promise<void> {
  for (;;) {
    const created = await orchestrator.call('runs.create', { body: external });
    const tokens = new Set([created.token?.token ?? '']);
    acknowledged.live.set(created.run.id, tokens);
    const params = { id: created.run.id };
    // A connector that starts anew with the server refuses at first: either is right.
    nonces += 1;
    const input = { nonce: `kill-${nonces}` };
    const call = { body: { connectorId: 'journal', toolName: 'get_line', input } };
    void service(server.url, [...tokens][0] ?? '')
      .attempt('tools.execute', call)
      .catch(() => undefined);
    if (random() < 0.5) tokens.add((await orchestrator.call('runs.mintToken', { params, body: {} })).token);
    if (random() < 0.4) {
      acknowledged.live.delete(created.run.id);
      acknowledged.unsure.set(created.run.id, tokens);
      await orchestrator.call('runs.revoke', { params, body: { reason: 'chaos' } });
      acknowledged.unsure.delete(created.run.id);
      acknowledged.revoked.set(created.run.id, tokens);
    }
  }
}

async function startPty(command: string[]): Promise<void> {
  const { run } = await orchestrator.call('runs.create', { body: { ...external, kind: 'pty', command } });
  acknowledged.ptys.add(run.id);
}

const isActive = async (token: string) => (await orchestrator.call('tokens.introspect', { body: { token } })).active;

async function verifyAll(): Promise<void> {
  const runs = await allPages((cursor) =>
    orchestrator.call('runs.list', { query: { limit: 200, projectId: 'chaos', ...(cursor ? { cursor } : {}) } }),
  );
  const byId = new Map(runs.map((run) => [run.id, run]));
  for (const [id, tokens] of acknowledged.live) {
    expect(byId.get(id)?.status, id).toBe('active');
    for (const token of tokens) expect(await isActive(token), `a token of ${id}`).toBe(true);
  }
  for (const [id, tokens] of acknowledged.revoked) {
    expect(byId.get(id), id).toMatchObject({ status: 'revoked', endReason: 'chaos' });
    for (const token of tokens) expect(await isActive(token), `a token of revoked ${id}`).toBe(false);
  }
  for (const [id, tokens] of acknowledged.unsure) {
    const revoked = byId.get(id)?.status === 'revoked';
    for (const token of tokens) expect(await isActive(token), `a token of ${id}`).toBe(!revoked);
  }
  for (const id of acknowledged.ptys)
    expect(byId.get(id), id).toMatchObject({
      status: 'failed',
      endReason: 'The server stopped while this run was live.',
    });

  const verification = await orchestrator.call('audit.verify');
  expect(verification).toMatchObject({ ok: true, problems: [] });
  expect(verification.rows).toBeGreaterThan(acknowledged.rows);
  acknowledged.rows = verification.rows;
  // A decision is on the record before its effect exists: no run without its start, no revoked one without its revoke.
  const targetsOf = async (action: string) => {
    const rows = await allPages((cursor) =>
      orchestrator.call('audit.list', { query: { limit: 200, action, ...(cursor ? { cursor } : {}) } }),
    );
    return new Set(rows.map(({ target }) => target));
  };
  const decided = await allPages((cursor) =>
    orchestrator.call('audit.list', { query: { limit: 200, action: 'tool.allow', ...(cursor ? { cursor } : {}) } }),
  );
  const digests = new Set(decided.map(({ data }) => data.argumentsSha256));
  const unrecorded = journal
    .lines()
    .filter((line) => line.startsWith('get_line '))
    .filter((line) => !digests.has(argumentsDigest({ nonce: line.split(' ')[1] ?? '' })));
  expect(unrecorded, 'calls that reached the connector without a decision').toEqual([]);
  const [started, revoked] = [await targetsOf('run.start'), await targetsOf('run.revoke')];
  expect(runs.filter(({ id }) => !started.has(id))).toEqual([]);
  expect(runs.filter(({ id, status }) => status === 'revoked' && !revoked.has(id))).toEqual([]);
}

describe(`a server killed ${rounds} times under load`, () => {
  covers(
    'revoke.durable',
    'recovery.acknowledged',
    'recovery.pty-failed',
    'recovery.external-goes-on',
    'tokens.survive-restart',
    'gate.no-call-unrecorded',
  );

  it('keeps every run, token and revoke it acknowledged, its record verifies, and its runs leave no process', async () => {
    const random = numbers(20_261_122);
    for (let round = 0; round < rounds; round += 1) {
      const stubborn = round % 2 === 0;
      await startPty([
        'bash',
        '-c',
        stubborn ? `trap '' HUP TERM; (setsid sleep 600 &); while :; do sleep 1; done` : 'sleep 600',
      ]);
      const before = { runs: acknowledgedRuns(), calls: journal.lines().length };
      const workers = Array.from({ length: 6 }, () => work(random));
      await eventually(
        () => acknowledgedRuns() >= before.runs + least.runs && journal.lines().length >= before.calls + least.calls,
      );
      await delay(random() * 500);
      const broken = Promise.allSettled(workers);
      await server.kill9();
      await broken;
      await server.restart();
      if (round % 4 === 3) await verifyAll();
    }
    // Two of five runs are revoked, give or take what chance and a kill make of them.
    expect(acknowledgedRuns()).toBeGreaterThanOrEqual(rounds * least.runs);
    expect(acknowledged.revoked.size).toBeGreaterThan(rounds);
    expect(acknowledged.live.size).toBeGreaterThan(rounds);
    expect(journal.lines().length).toBeGreaterThanOrEqual(rounds * least.calls);
    await eventually(() => [...acknowledged.ptys].every((id) => processesWithEnv('GATEHOUSE_RUN_ID', id).length === 0));
    expect(server.logs()).not.toContain('"event":"uncaughtException"');
  }, 240_000);
});
