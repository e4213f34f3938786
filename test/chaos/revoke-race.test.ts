/** Checks and revokes at the same moment: once a revoke is acknowledged, no check that begins later is allowed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { service, type TestClient } from '../support/http-client';
import { processesWithEnv } from '../support/processes';
import { startServer, type TestServer } from '../support/server';

let server: TestServer;
let orchestrator: TestClient;
beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(() => server.stop());

const principal = { userId: 'dana' };
/** Runs that are checked and revoked at once. */
const raced = 25;

describe('a revoke among checks', () => {
  covers('revoke.no-call-after', 'tokens.introspect', 'revoke.many');

  /** Checks one token without a pause; counts what was allowed after the revoke was acknowledged, or after a refusal. */
  async function hammer(token: string, race: { acknowledged: boolean; over: boolean }) {
    const seen = { checks: 0, allowedBefore: 0, allowedAfter: 0, allowedAgain: 0 };
    let refused = false;
    for (let after = 0; after < 5; ) {
      const acknowledgedBefore = race.acknowledged;
      const { active } = await orchestrator.call('tokens.introspect', { body: { token } });
      seen.checks += 1;
      if (active && acknowledgedBefore) seen.allowedAfter += 1;
      else if (active) seen.allowedBefore += 1;
      if (active && refused) seen.allowedAgain += 1;
      refused ||= !active;
      if (acknowledgedBefore) after += 1;
    }
    return seen;
  }

  it.each(['one by one', 'all at once'])('lets no check through after its answer, %s', async (how) => {
    const races = await Promise.all(
      Array.from({ length: raced }, async () => {
        const body = { title: 'Race', projectId: how.replaceAll(' ', '-'), kind: 'external' as const, principal };
        const { run, token } = await orchestrator.call('runs.create', { body });
        return { id: run.id, token: token?.token ?? '', acknowledged: false, over: false };
      }),
    );
    const hammers = races.flatMap((race) => [hammer(race.token, race), hammer(race.token, race)]);
    const reason = 'race';
    if (how === 'one by one') {
      await Promise.all(
        races.map(async (race) => {
          const result = await orchestrator.call('runs.revoke', { params: { id: race.id }, body: { reason } });
          race.acknowledged = true;
          expect(result.revoked.tokens).toBe(1);
        }),
      );
    } else {
      const body = { filter: { status: 'live', projectId: 'all-at-once' }, reason };
      const { results } = await orchestrator.call('runs.revokeMany', { body });
      for (const race of races) race.acknowledged = true;
      expect(
        results
          .filter(({ ok }) => ok)
          .map(({ runId }) => runId)
          .sort(),
      ).toEqual(races.map(({ id }) => id).sort());
    }
    const seen = await Promise.all(hammers);
    const sum = (pick: (each: (typeof seen)[number]) => number) => seen.reduce((total, each) => total + pick(each), 0);
    expect(sum(({ allowedAfter }) => allowedAfter)).toBe(0);
    expect(sum(({ allowedAgain }) => allowedAgain)).toBe(0);
    expect(sum(({ allowedBefore }) => allowedBefore)).toBeGreaterThan(0);
    expect(sum(({ checks }) => checks)).toBeGreaterThanOrEqual(raced * 2 * 5);
  });

  it('refuses a mint that comes with it, or ends what was minted', async () => {
    for (let round = 0; round < 15; round += 1) {
      const body = { title: 'Mint', projectId: 'mint', kind: 'external' as const, principal };
      const { run } = await orchestrator.call('runs.create', { body });
      const params = { id: run.id };
      const [minted] = await Promise.all([
        orchestrator.attempt('runs.mintToken', { params, body: {} }),
        orchestrator.call('runs.revoke', { params, body: { reason: 'race' } }),
      ]);
      const token =
        typeof minted.body === 'object' && minted.body !== null && 'token' in minted.body
          ? String(minted.body.token)
          : '';
      if (minted.status !== 201)
        expect(minted).toMatchObject({ status: 403, body: { error: { code: 'RUN_NOT_ACTIVE' } } });
      else expect(await orchestrator.call('tokens.introspect', { body: { token } })).toMatchObject({ active: false });
      const { items } = await orchestrator.call('tokens.list', { query: { runId: run.id, status: 'active' } });
      expect(items).toEqual([]);
    }
  });

  it('that comes while a run starts leaves neither its process nor its token', async () => {
    const body = { title: 'Start', projectId: 'start', kind: 'pty', command: ['sleep', '600'], principal };
    for (let round = 0; round < 15; round += 1) {
      let over = false;
      const starting = orchestrator.attempt('runs.create', { body });
      const revoking = (async () => {
        const filter = { status: 'starting', projectId: 'start' };
        while (!over) await orchestrator.call('runs.revokeMany', { body: { filter, reason: 'race' } });
      })();
      const started = await starting;
      over = true;
      await revoking;
      const { items } = await orchestrator.call('runs.list', { query: { projectId: 'start', limit: 1 } });
      const [run] = items;
      if (!run) throw new Error('The run is not in the list.');
      if (run.status === 'revoked') {
        expect(processesWithEnv('GATEHOUSE_RUN_ID', run.id)).toEqual([]);
        const tokens = await orchestrator.call('tokens.list', { query: { runId: run.id, status: 'active' } });
        expect(tokens.items).toEqual([]);
      } else {
        expect([started.status, run.status]).toEqual([201, 'active']);
        await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'over' } });
      }
    }
  });
});
