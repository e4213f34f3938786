/** Credentials from a metadata endpoint: served from memory, asked of the cloud once for all who wait, and found again among many. */
import type { CredentialSession } from '@/lib/contracts/credentials';
import { createLiveSessions } from '@/lib/credentials/live-sessions';
import { fingerprintOf, type PlannedCredential } from '@/lib/credentials/planning';
import { monotonicMs } from '@/lib/platform/clock';
import { awsRole } from '@/test/support/cloud/aws-keys';
import { azureApp } from '@/test/support/cloud/azure';
import { startCloud } from '@/test/support/cloud/cloud';
import { startGatehouse } from './support/gatehouse';
import { createLoad, firstMessage, rawRequest, startPeer } from './support/load';
import { against, alone, bench, expectThat, spread } from './support/report';
import { rounds } from './support/rounds';

const durationMs = 3_000;
const lookUps = 20_000;
const sizes = [1_000, 100_000];

function shown(at: number): CredentialSession {
  return {
    ...{ id: `session ${at}`, runId: null, provider: 'aws', principalId: `${awsRole}-${at}`, status: 'active' },
    ...{ policy: { allow: ['s3:GetObject'], resources: [] }, ttlSeconds: 900, spentUsd: 0, requestedBy: 'bench' },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2036-01-01T00:00:00.000Z', endedAt: null, endReason: null },
    ...{ budgetUsd: null, reason: null, command: null, agentId: null, tags: {}, accessKeyId: null, issued: 0 },
    ...{ lastIssuedAt: null, issuedUntil: null, scopingEnforced: true, azureTenantId: null, hardRevokedAt: null },
  };
}

/** Nanoseconds to find the session that stands for the same access, among so many. */
/** A request that was checked, as whoever looks for a session to reuse has it. */
function asked(at: number): PlannedCredential {
  const { provider, principalId, policy } = shown(at);
  return {
    request: { provider, principalId },
    ...{ policy, ttlMs: 900_000, scopingEnforced: true, azureTenantId: null, azureClientId: null },
  };
}

function lookUpNs(size: number): number {
  const live = createLiveSessions();
  const fingerprint = (at: number) => fingerprintOf(asked(at), null);
  for (let at = 0; at < size; at += 1)
    live.add(shown(at), { fingerprint: fingerprint(at), azureClientId: null, requestedById: null });
  const requests = Array.from({ length: lookUps }, (_, at) => (at * 7_919) % size);
  const startedMs = monotonicMs();
  for (const at of requests) expectThat(live.alike(fingerprint(at), 0) !== undefined, 'a session was not found');
  return ((monotonicMs() - startedMs) * 1e6) / lookUps;
}

await bench(async () => {
  const cloud = await startCloud();
  const server = await startGatehouse({ env: cloud.env });
  const load = createLoad();
  const bare = startPeer('bare-credentials');
  const barePort = (await firstMessage<{ port: number }>(bare)).port;
  try {
    const { env = {} } = await server.api.call('runs.create', {
      body: {
        ...{ title: 'bench', projectId: 'bench', kind: 'external', principal: { userId: 'bench' } },
        credentials: [
          { provider: 'aws', principalId: awsRole, allow: 's3:GetObject' },
          { provider: 'azure', principalId: azureApp.clientId, allow: 'Microsoft.KeyVault/vaults/read' },
        ],
      },
    });
    const secret = env.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? '';
    const path = '/cloud/aws/credentials';
    const headers = { authorization: secret };
    const answer = await (await fetch(env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '', { headers })).text();
    bare.send({ secret, answer });
    await firstMessage(bare);
    const side = (port: number, connections: number) => () =>
      load.order({
        ...{ port, connections, durationMs, expect: 'SecretAccessKey' },
        requests: [rawRequest(port, { method: 'GET', path, headers })],
      });
    const many = await rounds({ gatehouse: side(server.port, 50), bare: side(barePort, 50) });
    const one = await rounds({ gatehouse: side(server.port, 1), bare: side(barePort, 1) });

    const asked = async (round: number): Promise<number> => {
      const before = cloud.calls.length;
      const url = `${env.IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://vault-${round}.example`;
      const identity = { 'x-identity-header': env.IDENTITY_HEADER ?? '' };
      const statuses = await Promise.all(
        Array.from({ length: 50 }, async () => (await fetch(url, { headers: identity })).status),
      );
      expectThat(
        statuses.every((status) => status === 200),
        `a first request was answered ${statuses.join(' ')}`,
      );
      return cloud.calls.length - before;
    };
    const { questions } = await rounds({ questions: asked }, { warmUp: false });

    const found = await rounds({ few: () => lookUpNs(sizes[0] ?? 0), lots: () => lookUpNs(sizes[1] ?? 0) });
    const peer = (values: number[]) => ({ name: 'bare node:http', values });
    const perSecond = { text: '≥ 8,000/s', least: 8_000 };
    const served = alone(
      {
        ...{ what: 'credentials at hand, 50 connections, as callers saw it', unit: 'answers/s' },
        goal: { text: perSecond.text, meets: (value) => value >= perSecond.least },
      },
      many.gatehouse.map((round) => round.perSecond),
    );
    return {
      rows: [
        served,
        against(
          { what: 'credentials at hand, 50 connections, beside the least there can be', unit: 'answers/s' },
          many.gatehouse.map((round) => round.perSecond),
          peer(many.bare.map((round) => round.perSecond)),
        ),
        alone(
          {
            ...{ what: 'credentials at hand, one caller, p50', unit: 'ms' },
            goal: { text: '< 1 ms', meets: (value) => value < 1 },
          },
          one.gatehouse.map((round) => round.p50Ms),
        ),
        alone(
          {
            ...{ what: '50 first requests at once: questions to the cloud', unit: 'calls' },
            goal: { text: '1', meets: (value) => value === 1 },
          },
          questions,
        ),
      ],
      growth: [
        {
          ...{ what: 'finding a session to reuse', unit: 'ns' },
          sizes: [
            { size: '1 k sessions', value: spread(found.few) },
            { size: '100 k sessions', value: spread(found.lots) },
          ],
        },
      ],
    };
  } finally {
    load.stop();
    bare.kill();
    await server.stop();
    await cloud.stop();
  }
});
