/** The metadata endpoints refuse everybody but the run: at their handlers, without a server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, IncomingMessage, request, ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { DoorSubject } from '@/lib/credentials/door-secrets';
import { createDoorSecrets } from '@/lib/credentials/door-secrets';
import { systemClock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { isSocketOfRun } from '@/lib/runs/socket-peers';
import { audienceOf } from '@/server/cloud/azure-audience';
import { type CallerDeps, callerOf, requirePlainGet } from '@/server/cloud/caller';
import { createGcpHandler } from '@/server/cloud/gcp-handler';
import { metadataOf } from '@/server/cloud/gcp-metadata';

const secrets = createDoorSecrets({ secret: 'of this server' });
const runId = 'run_aaaaaaaaaaaaaaaaaaaa';
const path = '/cloud/aws/credentials';
const deps: CallerDeps = {
  secrets,
  registry: { validate: () => ({ ok: false, code: 'TOOL_TOKEN_INVALID', message: '' }) },
  live: { get: () => undefined, accepting: () => undefined },
  locks: { find: () => undefined },
  clock: systemClock,
};

function codeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe('who asks', () => {
  const real = secrets.issue({ kind: 'run', runId });
  const [name = '', proof = ''] = real.split('.');
  const elsewhere = createDoorSecrets({ secret: 'of another server' }).issue({ kind: 'run', runId });

  it('is known by the secret of its run', () => {
    expect(callerOf(real, path, deps)).toEqual({ kind: 'run', runId });
    expect(callerOf(real, path, deps)).toEqual({ kind: 'run', runId });
  });

  it.each([
    ['no header', undefined, 'METADATA_HEADER_REQUIRED'],
    ['an empty header', '', 'METADATA_HEADER_REQUIRED'],
    ["another run's name with this run's proof", `gth_cred_run_bbbbbbbbbbbbbbbbbbbb.${proof}`, 'TOOL_TOKEN_INVALID'],
    ['a name without a proof', name, 'TOOL_TOKEN_INVALID'],
    ['a proof that was cut', real.slice(0, -1), 'TOOL_TOKEN_INVALID'],
    ['a secret of another server', elsewhere, 'TOOL_TOKEN_INVALID'],
    ['garbage', 'gth_cred_\u00ff\u0000', 'TOOL_TOKEN_INVALID'],
    ['what is too long', `gth_cred_${'a'.repeat(5_000)}`, 'TOOL_TOKEN_INVALID'],
    ['a tool token that is none', 'gth_tool_nothing', 'TOOL_TOKEN_INVALID'],
  ])('is refused with %s', (_, given, code) => {
    expect(codeOf(() => callerOf(given, path, deps))).toBe(code);
  });

  it('with a tool token needs its endpoint and operation, and a run that is live', () => {
    const asked: unknown[] = [];
    const grant = {
      ...{ id: 'tok_1', runId, projectId: 'p', allowedEndpoints: ['*'], allowedOperations: ['*'] },
      ...{ issuedAt: '', expiresAt: '' },
    };
    const registry: CallerDeps['registry'] = {
      validate(_, scope) {
        asked.push(scope);
        return { ok: true, grant };
      },
    };
    expect(codeOf(() => callerOf('gth_tool_x', path, { ...deps, registry }))).toBe('RUN_NOT_ACTIVE');
    expect(asked).toEqual([{ endpoint: path, operation: 'credentials:read' }]);
  });
});

describe('how it asks', () => {
  function asked(method: string, headers: IncomingHttpHeaders): IncomingMessage {
    return Object.assign(new IncomingMessage(new Socket()), { method, headers });
  }
  it.each([
    ['a page', 'GET', { origin: 'https://evil.example' }, 'ORIGIN_REFUSED'],
    ['a page of no origin', 'GET', { origin: 'null' }, 'ORIGIN_REFUSED'],
    ['HEAD', 'HEAD', {}, 'METHOD_NOT_ALLOWED'],
    ['POST', 'POST', {}, 'METHOD_NOT_ALLOWED'],
  ])('%s is refused', (_, method, headers, code) => {
    const message = asked(method, headers);
    expect(codeOf(() => requirePlainGet(message, new ServerResponse(message)))).toBe(code);
  });

  it.each([
    ['https://vault.azure.net', '&api-version=2019-08-01', 'https://vault.azure.net'],
    ['00000003-0000-0000-c000-000000000000', '&api-version=2019-08-01', '00000003-0000-0000-c000-000000000000'],
    ['https://vault.azure.net', '', 'BAD_REQUEST'],
    ['http://vault.azure.net', '&api-version=2019-08-01', 'BAD_REQUEST'],
    ['file:///etc/passwd', '&api-version=2019-08-01', 'BAD_REQUEST'],
    [`https://a/${'x'.repeat(600)}`, '&api-version=2019-08-01', 'BAD_REQUEST'],
    ['https://a', '&resource=https://b&api-version=2019-08-01', 'BAD_REQUEST'],
    ['https://a/%0d%0a', '&api-version=2019-08-01', 'BAD_REQUEST'],
  ])('a token of Azure for %s%s is %s', (resource, more, outcome) => {
    expect(codeOf(() => audienceOf(`/cloud/azure/token?resource=${resource}${more}`))).toBe(outcome);
  });
});

describe("Google's metadata", () => {
  const email = 'agents@project-one.iam.gserviceaccount.com';
  const base = '/computeMetadata/v1';
  const read = (at: string, query = '') => metadataOf(`${base}${at}`, new URLSearchParams(query), email);

  it('tells the account and its project, with a slash at the end or without', () => {
    expect(read('/instance/service-accounts/default/email')).toEqual({ kind: 'text', text: email });
    expect(read('/project/project-id')).toEqual({ kind: 'text', text: 'project-one' });
    expect(read('/instance/service-accounts')).toEqual(read('/instance/service-accounts/'));
    expect(read('/instance/service-accounts/default/', 'recursive=true')).toMatchObject({ value: { email } });
    expect(read(`/instance/service-accounts/${email}/token`, 'scopes=b,a')).toEqual({ kind: 'token', scopes: 'a,b' });
    expect(read('/universe/universe-domain')).toEqual({ kind: 'text', text: 'googleapis.com' });
  });

  it.each(['/instance/attributes/ssh-keys', '/instance/service-accounts/other/token', '/project/numeric-project-id'])(
    'knows nothing of %s',
    (at) => expect(read(at)).toBeUndefined(),
  );

  it('refuses scopes without end', () => {
    const many = Array.from({ length: 100 }, (_, at) => `https://www.googleapis.com/auth/${at}`).join(',');
    expect(codeOf(() => read('/instance/service-accounts/default/token', `scopes=${many}`))).toBe('BAD_REQUEST');
  });
});

describe("a run's port", () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function open(isOfRun?: () => Promise<boolean>): Promise<number> {
    const refuse = async (subject: DoorSubject): Promise<never> => {
      throw new AppError('SESSION_EXPIRED', { message: `of ${subject.kind}` });
    };
    const handler = createGcpHandler({
      ...{ runId, clock: systemClock, log: pino({ level: 'silent' }) },
      refusals: { note: () => undefined },
      serving: { serve: refuse, sessionOf: () => undefined },
      isOfRun: isOfRun ?? ((socket) => isSocketOfRun(socket, { runId, session: null })),
      requireUnlocked: () => undefined,
    });
    const server = createServer(handler).listen(0, '127.0.0.1');
    closing.push(() => server.close().closeAllConnections());
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function ask(port: number, headers: Record<string, string>, method = 'GET'): Promise<[number, unknown]> {
    const asked = request({
      port,
      method,
      host: '127.0.0.1',
      path: '/computeMetadata/v1/instance/',
      headers,
    }).end();
    const [response]: IncomingMessage[] = await once(asked, 'response');
    response?.resume();
    return [response?.statusCode ?? 0, response?.headers['metadata-flavor']];
  }

  it.each([
    ['without its header', {}, 'GET', 403],
    ['through a proxy', { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' }, 'GET', 403],
    ['from a page', { 'metadata-flavor': 'Google', origin: 'http://127.0.0.1' }, 'GET', 403],
    ['by another name', { 'metadata-flavor': 'Google', host: 'evil.example' }, 'GET', 403],
    ['with POST', { 'metadata-flavor': 'Google' }, 'POST', 405],
  ])('refuses who comes %s, also a process of the run', async (_, headers, method, status) => {
    expect(await ask(await open(async () => true), headers, method)).toEqual([status, 'Google']);
  });

  it('answers a process that carries the mark of the run, and no other', async () => {
    const port = await open();
    const script = `fetch('http://127.0.0.1:${port}/computeMetadata/v1/', { headers: { 'metadata-flavor': 'Google' } }).then((r) => process.stdout.write(String(r.status)))`;
    const statusFor = async (mark: string): Promise<string> => {
      const { PATH, NODE_ENV } = process.env;
      const child = spawn(process.execPath, ['-e', script], { env: { PATH, NODE_ENV, GATEHOUSE_RUN_ID: mark } });
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      await once(child, 'close');
      return text;
    };
    expect(await Promise.all([statusFor(runId), statusFor('run_bbbbbbbbbbbbbbbbbbbb')])).toEqual(['200', '403']);
  });
});
