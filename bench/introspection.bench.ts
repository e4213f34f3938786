/** Introspection over HTTP: the real server, the barest handler there can be, and `oidc-provider`. */
import { service } from '@/test/support/http-client';
import { processorSeconds, startGatehouse } from './support/gatehouse';
import { createLoad, firstMessage, rawRequest, startPeer } from './support/load';
import { against, bench, expectThat } from './support/report';
import { rounds } from './support/rounds';

const connections = 50;
const durationMs = 3_000;
const runs = 20;
const tokensPerRun = 50;
const asked = { endpoint: '/api/tools/connectors/execute', operation: 'connectors:execute' };
const active = '"active":true';
const json = { 'content-type': 'application/json' };

async function mintTokens(url: string, key: string): Promise<string[]> {
  const api = service(url, key);
  const tokens: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    const created = await api.call('runs.create', {
      body: { title: `bench ${run}`, projectId: 'bench', kind: 'external', principal: { userId: 'bench' } },
    });
    for (let each = 0; each < tokensPerRun; each += 1) {
      tokens.push((await api.call('runs.mintToken', { params: { id: created.run.id }, body: {} })).token);
    }
  }
  return tokens;
}

async function grantOf(url: string, key: string, token: string): Promise<unknown> {
  const answer = await service(url, key).call('tokens.introspect', { body: { token, ...asked } });
  expectThat(answer.active, 'a live token is not active');
  return answer.grant;
}

async function oidcTokens(port: number, client: Record<string, string>): Promise<string[]> {
  const mint = async () => {
    const body = new URLSearchParams({ ...client, grant_type: 'client_credentials' });
    const answer = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const tokens: string[] = [];
  while (tokens.length < runs * tokensPerRun) tokens.push(await mint());
  return tokens;
}

await bench(async () => {
  const server = await startGatehouse();
  const load = createLoad();
  const [bare, oidc] = [startPeer('bare-introspection'), startPeer('oidc-introspection')];
  const barePort = (await firstMessage<{ port: number }>(bare)).port;
  const { port: oidcPort, client } = await firstMessage<{ port: number; client: Record<string, string> }>(oidc);
  try {
    const { url, port, serviceKey } = server;
    const tokens = await mintTokens(url, serviceKey);
    const grants = await Promise.all(
      tokens.map(async (token) => ({ token, grant: await grantOf(url, serviceKey, token) })),
    );
    bare.send(grants);
    await firstMessage(bare);

    const path = '/api/tokens/introspect';
    const headers = { ...json, authorization: `Bearer ${serviceKey}` };
    const post = (to: number) => (token: string) =>
      rawRequest(to, { method: 'POST', path, headers, body: JSON.stringify({ token, ...asked }) });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const oidcRequests = (await oidcTokens(oidcPort, client)).map((token) => {
      const body = new URLSearchParams({ ...client, token }).toString();
      return rawRequest(oidcPort, { method: 'POST', path: '/token/introspection', headers: form, body });
    });

    const side = (pid: number | undefined, to: number, requests: string[]) => async () => {
      const before = processorSeconds(pid ?? 0);
      const { perSecond, answers } = await load.order({ port: to, requests, connections, durationMs, expect: active });
      return { perSecond, perProcessorSecond: answers / (processorSeconds(pid ?? 0) - before) };
    };
    const { gatehouse, ...peers } = await rounds({
      gatehouse: side(server.pid, port, tokens.map(post(port))),
      bare: side(bare.pid, barePort, tokens.map(post(barePort))),
      oidc: side(oidc.pid, oidcPort, oidcRequests),
    });

    const names = { bare: 'bare node:http + hash + Map', oidc: 'oidc-provider' };
    const goals = { bare: { text: '≥ 60 %', least: 0.6 }, oidc: { text: '≥ 3×', least: 3 } };
    const rows = (['bare', 'oidc'] as const).flatMap((peer) => {
      const { text, least } = goals[peer];
      const goal = { text, meets: (ratio: number) => ratio >= least };
      // A server that is alone on its processor answers as many a second as it does in a second of its time.
      return (['perProcessorSecond', 'perSecond'] as const).map((measure) =>
        against(
          {
            what: `introspection over HTTP, ${connections} connections${measure === 'perSecond' ? ', as callers saw it' : ''}`,
            unit: measure === 'perSecond' ? 'calls/s' : 'calls per processor second',
            ...(measure === 'perSecond' ? {} : { goal }),
          },
          gatehouse.map((round) => round[measure]),
          { name: names[peer], values: peers[peer].map((round) => round[measure]) },
        ),
      );
    });
    return { rows };
  } finally {
    load.stop();
    bare.kill();
    oidc.kill();
    await server.stop();
  }
});
