/**
 * Revoke while callers use the run's token as fast as they can: when the answer comes, when its sockets are closed, when its
 * processes are gone, and whether anything is accepted once the answer is there.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import WebSocket from 'ws';
import { eventually, eventuallyFound, within } from '@/test/support/eventually';
import { processesWithEnv } from '@/test/support/processes';
import { type Gatehouse, startGatehouse } from './support/gatehouse';
import { alone, ascending, bench, expectThat, percentile, type Row } from './support/report';
import { roundCount } from './support/rounds';

const callers = 8;
const perRound = 3;

const children = {
  'a child that ends when told': 'sleep 600 & sleep 600',
  'a child that ignores SIGHUP and SIGTERM':
    "trap '' HUP TERM; sh -c 'while :; do sleep 600; done' & while :; do sleep 600; done",
};

interface Revoked {
  answerMs: number;
  socketMs: number;
  treeMs: number;
  lastAcceptedMs: number;
  acceptedAfter: number;
}

async function revokeOnce(server: Gatehouse, script: string): Promise<Revoked> {
  const file = path.join(server.dataDir, `token-${Math.random().toString(36).slice(2)}`);
  const runId = await server.startPty([
    'bash',
    '-c',
    `printf %s "$GATEHOUSE_TOOL_TOKEN" > ${file}.new; mv ${file}.new ${file}; ${script}`,
  ]);
  const token = await eventuallyFound(() => (existsSync(file) ? readFileSync(file, 'utf8') : undefined));
  const sockets = await Promise.all([1, 2, 3].map(async () => open(await server.ptyUrl(runId))));

  const use = startCallers(server, token);
  await use.untilAccepted(200);
  const startedMs = performance.now();
  const closed = Promise.all(sockets.map((ws) => closedAt(ws)));
  const gone = eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', runId).length === 0, {
    timeoutMs: 20_000,
    everyMs: 2,
  });
  const goneAt = gone.then(() => performance.now());
  const { revoked } = await server.api.call('runs.revoke', { params: { id: runId }, body: { reason: 'measured' } });
  const answeredMs = performance.now();
  expectThat(revoked.tokens === 1 && revoked.sockets === 3 && revoked.terminals === 1, JSON.stringify(revoked));
  await use.untilSentAfter(answeredMs, 100);
  const { accepted } = await use.stop();
  const closedMs = Math.max(...(await within(closed, 10_000, 'The sockets’ end')));
  const lastAccepted = accepted.at(-1)?.answeredMs ?? startedMs;
  return {
    answerMs: answeredMs - startedMs,
    socketMs: closedMs - startedMs,
    treeMs: (await goneAt) - startedMs,
    lastAcceptedMs: Math.max(0, lastAccepted - startedMs),
    acceptedAfter: accepted.filter(({ sentMs }) => sentMs > answeredMs).length,
  };
}

function startCallers(server: Gatehouse, token: string) {
  const accepted: Array<{ sentMs: number; answeredMs: number }> = [];
  const sent: number[] = [];
  let stopped = false;
  const caller = async () => {
    while (!stopped) {
      const sentMs = performance.now();
      const { active } = await server.api.call('tokens.introspect', { body: { token } });
      sent.push(sentMs);
      if (active) accepted.push({ sentMs, answeredMs: performance.now() });
    }
  };
  const all = Promise.all(Array.from({ length: callers }, caller));
  return {
    untilAccepted: (count: number) => eventually(() => accepted.length >= count, { everyMs: 5 }),
    untilSentAfter: (ms: number, count: number) =>
      eventually(() => sent.filter((sentMs) => sentMs > ms).length >= count, { everyMs: 5 }),
    async stop() {
      stopped = true;
      await all;
      return { accepted };
    },
  };
}

function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url);
    ws.once('message', () => resolve(ws));
    ws.once('error', reject);
  });
}

function closedAt(ws: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    ws.once('close', (code) => (code === 4401 ? resolve(performance.now()) : reject(new Error(`closed with ${code}`))));
  });
}

await bench(async () => {
  const server = await startGatehouse();
  try {
    const rows: Row[] = [];
    let acceptedAfter = 0;
    for (const [child, script] of Object.entries(children)) {
      const stubborn = script.includes('trap');
      const all: Revoked[][] = [];
      for (let round = 0; round < roundCount; round += 1) {
        const results: Revoked[] = [];
        for (let each = 0; each < perRound; each += 1) results.push(await revokeOnce(server, script));
        all.push(results);
      }
      acceptedAfter += all.flat().reduce((sum, result) => sum + result.acceptedAfter, 0);
      const worst = (field: keyof Revoked) =>
        all.map((results) => percentile(ascending(results.map((result) => result[field])), 0.99));
      const line = (what: string, field: keyof Revoked, mostMs?: number) =>
        alone(
          {
            what: `revoke, ${child}: ${what}`,
            unit: 'ms',
            ...(mostMs === undefined
              ? {}
              : { goal: { text: `< ${mostMs} ms`, meets: (value: number) => value < mostMs } }),
          },
          worst(field),
        );
      rows.push(
        line('last call accepted', 'lastAcceptedMs'),
        line('sockets closed', 'socketMs', 50),
        line('processes gone', 'treeMs', stubborn ? 2_200 : 100),
        line('answered', 'answerMs'),
      );
    }
    rows.push(
      alone(
        { what: 'calls accepted after the answer', unit: 'calls', goal: { text: '0', meets: (value) => value === 0 } },
        [acceptedAfter],
      ),
    );
    return { rows };
  } finally {
    await server.stop();
  }
});
