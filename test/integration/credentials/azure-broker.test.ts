/** The Azure broker on the official library, against Entra ID's endpoints over TLS. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionAccess } from '@/lib/credentials/broker';
import { createAzureBroker } from '@/lib/credentials/brokers/azure';
import { systemClock } from '@/lib/platform/clock';
import { type AppError, toAppError } from '@/lib/platform/errors';
import { azureApp } from '@/test/support/cloud/azure';
import { startCloud, type TestCloud } from '@/test/support/cloud/cloud';

const noSignal = new AbortController().signal;
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => {
  cloud.calls.length = 0;
});

function broker({ env = {}, timeoutMs }: { env?: Record<string, string>; timeoutMs?: number } = {}) {
  return createAzureBroker({
    env: { ...cloud.env, ...env },
    clock: systemClock,
    ca: cloud.ca,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function access(over: Partial<SessionAccess> = {}): SessionAccess {
  return {
    id: '3f2a9c10-7a4e-4d0b-9a51-5b8b8f0c6d21',
    principalId: azureApp.clientId,
    policy: { allow: ['Microsoft.Storage/storageAccounts/read'], resources: [] },
    expiresAtMs: systemClock.now() + 60 * 60_000,
    tags: {},
    azureTenantId: azureApp.tenantId,
    azureClientId: azureApp.clientId,
    scopingEnforced: false,
    ...over,
  };
}

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    return toAppError(error);
  }
  throw new Error('It was not refused.');
}

describe('a session at Azure', () => {
  it('gets a token for the resource that was asked for, by the secret of the application', async () => {
    const issued = await broker().issue(access(), 'https://storage.azure.com/', noSignal);
    expect(issued.provider).toBe('azure');
    expect(issued.expiresAtMs).toBeGreaterThan(systemClock.now() + 50 * 60_000);
    expect(cloud.calls).toHaveLength(1);
    expect(cloud.calls[0]?.params.scope).toContain('https://storage.azure.com//.default');
    expect(cloud.calls[0]?.params).toMatchObject({ grant_type: 'client_credentials', client_id: azureApp.clientId });
  });

  it('gets one by the assertion of a workload where there is no secret', async () => {
    const env = { AZURE_CLIENT_SECRET: '', AZURE_FEDERATED_TOKEN_FILE: cloud.file('token', azureApp.assertion) };
    await broker({ env }).issue(access(), '', noSignal);
    expect(cloud.calls[0]?.params.client_assertion).toBe(azureApp.assertion);
    expect(cloud.calls[0]?.params.scope).toContain('https://management.azure.com/.default');
  });

  it('is never served the token of another', async () => {
    const azure = broker();
    const [first, second] = [await azure.issue(access(), '', noSignal), await azure.issue(access(), '', noSignal)];
    expect(first).not.toEqual(second);
    expect(cloud.calls).toHaveLength(2);
  });
});

describe('what Azure refuses', () => {
  it('is told in its own words, without the secret', async () => {
    const wrong = broker({ env: { AZURE_CLIENT_SECRET: 'a-secret-that-is-wrong' } });
    const { code, message, details, cause } = await refusalOf(wrong.issue(access(), '', noSignal));
    expect(code).toBe('PROVIDER_REFUSED');
    expect(details).toMatchObject({ provider: 'azure', code: 'AADSTS7000215' });
    expect(message).toContain('Azure issued nothing. AADSTS7000215: Invalid client secret provided.');
    expect(`${message}${JSON.stringify(details)}${String(cause)}`).not.toContain('a-secret-that-is-wrong');
  });

  it('is another tenant than the one of the application', async () => {
    const elsewhere = access({ azureTenantId: '99999999-2222-4333-8444-555555555555' });
    expect((await refusalOf(broker().issue(elsewhere, '', noSignal))).details).toMatchObject({ code: 'AADSTS90002' });
  });

  it('because it is asked too often is asked again', async () => {
    cloud.failNext('Throttling');
    await broker().issue(access(), '', noSignal);
    expect(cloud.calls).toHaveLength(2);
  });

  it('by never answering ends in time', async () => {
    cloud.failNext('hang');
    const { message } = await refusalOf(broker({ timeoutMs: 400 }).issue(access(), '', noSignal));
    expect(message).toContain('no answer within 0.4 s');
  });

  it('may be no answer of a cloud at all', async () => {
    cloud.failNext('garbage');
    expect((await refusalOf(broker().issue(access(), '', noSignal))).code).toBe('PROVIDER_REFUSED');
  });

  it('is no resource', async () => {
    expect((await refusalOf(broker().issue(access(), 'https://a b', noSignal))).code).toBe('BAD_REQUEST');
    expect(cloud.calls).toEqual([]);
  });
});
