/** Introspection over HTTP: the real server, the barest handler there can be, and `oidc-provider`. */
import { service } from '@/test/support/http-client';
import { startServer } from '@/test/support/server';
import { createLoad, firstMessage, rawRequest, startPeer } from './support/load';
import { against, bench, expectThat } from './support/report';
import { rounds } from './support/rounds';

const connections = 50;
const durationMs = 3_000;
const runs = 20;
const tokensPerRun = 50;
const asked = { endpoint: '/api/tools/connectors/execute', operation: 'connectors:execute' };
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
  const server = await startServer({ env: { LOG_LEVEL: 'warn' } });
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

    const side = (to: number, requests: string[]) => async () =>
      (await load.order({ port: to, requests, connections, durationMs, expect: '"active":true' })).perSecond;
    const measured = await rounds({
      gatehouse: side(port, tokens.map(post(port))),
      bare: side(barePort, tokens.map(post(barePort))),
      oidc: side(oidcPort, oidcRequests),
    });

    const line = (goal: string, least: number) => ({
      what: `introspection over HTTP, ${connections} connections`,
      unit: 'calls/s',
      goal: { text: goal, meets: (ratio: number) => ratio >= least },
    });
    return {
      rows: [
        against(line('≥ 60 %', 0.6), measured.gatehouse, {
          name: 'bare node:http + hash + Map',
          values: measured.bare,
        }),
        against(line('≥ 3×', 3), measured.gatehouse, { name: 'oidc-provider', values: measured.oidc }),
      ],
    };
  } finally {
    load.stop();
    bare.kill();
    oidc.kill();
    await server.stop();
  }
});
