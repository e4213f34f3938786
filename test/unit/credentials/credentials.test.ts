import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@/lib/platform/errors';
import { covers } from '@/test/requirements';
import { type TestDatabase, temporaryDatabase } from '@/test/support/database';
import { admin, credentialWorld, key, operator, request, role, secretOf } from './world';

covers(
  'credentials.session',
  'credentials.bound-to-run',
  'credentials.recorded',
  'credentials.reuse',
  'credentials.ends-with-run',
  'credentials.hard-revoke',
);

const minuteMs = 60_000;
let database: TestDatabase;
let world: Awaited<ReturnType<typeof credentialWorld>>;
beforeEach(async () => {
  database = await temporaryDatabase();
  world = await credentialWorld(database);
});
afterEach(async () => {
  world.credentials.close();
  await database.close();
});

const serve = (runId: string) => world.credentials.serving.serve({ kind: 'run', runId }, 'aws', '');
const codeOf = (promise: unknown) =>
  Promise.resolve(promise).then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('opening a session', () => {
  it('asks the cloud once, records the question and the key id, and tells no secret', async () => {
    world.run('run_a');
    const created = await world.credentials.create({ ...request, runId: 'run_a' }, operator);
    expect(created).toMatchObject({
      status: 'active',
      runId: 'run_a',
      accessKeyId: 'ASIAPLAYED1',
      ttlSeconds: 900,
      scopingEnforced: true,
      reused: false,
      requestedBy: 'eve@example.com',
      tags: { 'gatehouse-run': 'run_a', 'gatehouse-project': 'shop', 'gatehouse-agent': 'triage' },
    });
    expect(await world.story(created.id)).toEqual(['credential.open', 'credential.issue', 'credential.issued']);
    expect(await world.everything()).not.toContain('very-secret');
    expect(JSON.stringify(created)).not.toContain('very-secret');
  });

  it('cuts a time beyond the end of the run to it, and says so', async () => {
    world.run('run_a', { expiresAtMs: world.clock.now() + 20 * minuteMs });
    const created = await world.credentials.create({ ...request, runId: 'run_a', ttlSeconds: 3_600 }, operator);
    expect(created.ttlSeconds).toBe(1_200);
    expect(created.notices.join()).toContain('1200 s');
  });

  it('is failed, and says why, when its cloud refuses', async () => {
    world.run('run_a');
    world.aws.fail(new AppError('PROVIDER_REFUSED', { message: 'AccessDenied: no.' }));
    expect(await codeOf(world.credentials.create({ ...request, runId: 'run_a' }, operator))).toBe('PROVIDER_REFUSED');
    const { items } = await world.credentials.list({ limit: 50 });
    expect(items).toMatchObject([{ status: 'failed', endReason: 'AccessDenied: no.', accessKeyId: null }]);
    expect(await world.story(items[0]?.id ?? '')).toEqual([
      ...['credential.open', 'credential.issue', 'credential.refused', 'credential.fail'],
    ]);
  });

  it('does not ask the cloud when that cannot be recorded', async () => {
    world.run('run_a');
    world.failAudit(true);
    expect(await codeOf(world.credentials.create({ ...request, runId: 'run_a' }, operator))).toBe('AUDIT_UNAVAILABLE');
    expect(world.aws.asked).toEqual([]);
    expect((await world.credentials.list({ limit: 50 })).items).toEqual([]);
  });

  it('refuses a run that has ended, one that never was, and a cloud that is not configured', async () => {
    expect(await codeOf(world.credentials.create({ ...request, runId: 'run_gone' }, operator))).toBe('RUN_NOT_FOUND');
    const azure = { provider: 'azure' as const, principalId: 'app', allow: 'Microsoft.Storage/storageAccounts/read' };
    expect(await codeOf(world.credentials.create(azure, operator))).toBe('PROVIDER_NOT_CONFIGURED');
  });

  it.each([
    ['an operator', operator, 'because', 'FORBIDDEN'],
    ['a key', key, 'because', 'FORBIDDEN'],
    ['an admin without a reason', admin, undefined, 'BAD_REQUEST'],
    ['an admin with a reason', admin, 'because', 'ok'],
  ] as const)('lets %s ask for every action: only with a reason and as an admin', async (_who, by, reason, outcome) => {
    expect(await codeOf(world.credentials.create({ ...request, allow: '*:*', reason }, by))).toBe(outcome);
  });

  it('takes what a profile allows, and adds to it', async () => {
    const created = await world.credentials.create(
      { provider: 'aws', principalId: role, profile: 's3-readonly', allow: 'sqs:SendMessage' },
      operator,
    );
    expect(created.policy.allow).toEqual(expect.arrayContaining(['s3:GetObject', 'sqs:SendMessage']));
    const other = { provider: 'gcp' as const, principalId: 'a@b', profile: 's3-readonly' };
    expect(await codeOf(world.credentials.create(other, operator))).toBe('BAD_REQUEST');
    expect(await codeOf(world.credentials.create({ ...request, profile: 'none-such' }, operator))).toBe(
      'PROFILE_NOT_FOUND',
    );
  });

  it('is refused beyond what one principal may have in an hour', async () => {
    database.insert(
      'CredentialSession',
      Array.from({ length: 120 }, (_, at) => ({
        id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
        ...{ provider: 'aws', principalId: role, status: 'completed', allow: '[]', resources: '[]', fingerprint: 'x' },
        ...{ ttlSeconds: 900, requestedBy: 'x', tags: '{}', scopingEnforced: 1, spentUsd: 0, issued: 1 },
        createdAt: new Date(world.clock.now() - minuteMs).toISOString(),
        expiresAt: new Date(world.clock.now()).toISOString(),
      })),
    );
    expect(await codeOf(world.credentials.create(request, operator))).toBe('RATE_LIMITED');
    const another = { ...request, principalId: `${role}2` };
    expect(await codeOf(world.credentials.create(another, operator))).toBe('ok');
  });
});

describe('reuse', () => {
  const create = (more: Record<string, unknown>) => world.credentials.create({ ...request, ...more }, operator);

  it('answers the same session for the same access, in whatever order it is written', async () => {
    const first = await create({ allow: 's3:GetObject,s3:ListBucket' });
    const again = await create({ allow: 's3:ListBucket, s3:GetObject, s3:GetObject' });
    expect(again).toMatchObject({ id: first.id, reused: true });
    expect(world.aws.asked.length).toBe(1);
  });

  it.each([
    ['a narrower set', { allow: 's3:GetObject' }],
    ['a wider set', { allow: 's3:GetObject,s3:ListBucket,s3:PutObject' }],
    ['other resources', { resources: ['arn:aws:s3:::b/*'] }],
    ['another principal', { principalId: `${role}2` }],
  ])('never takes it for %s', async (_what, more) => {
    const first = await create({ allow: 's3:GetObject,s3:ListBucket' });
    const other = await create({ allow: 's3:GetObject,s3:ListBucket', ...more });
    expect(other.id).not.toBe(first.id);
  });

  it('never crosses from one run to another', async () => {
    world.run('run_a');
    world.run('run_b');
    const a = await create({ runId: 'run_a' });
    expect((await create({ runId: 'run_b' })).id).not.toBe(a.id);
    expect((await create({})).id).not.toBe(a.id);
  });

  it('ends with what is left of the time', async () => {
    const first = await create({});
    world.pass(11 * minuteMs);
    expect((await create({})).id).not.toBe(first.id);
  });

  it('gives a run one session at a cloud, and refuses another policy meanwhile', async () => {
    world.run('run_a');
    await create({ runId: 'run_a' });
    expect(await codeOf(create({ runId: 'run_a', allow: 's3:PutObject' }))).toBe('ALREADY_EXISTS');
  });

  it('makes one session of many requests at the same moment', async () => {
    world.run('run_a');
    const all = await Promise.all(Array.from({ length: 20 }, () => create({ runId: 'run_a' })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(world.aws.asked.length).toBe(1);
  });
});

describe('serving', () => {
  beforeEach(async () => {
    world.run('run_a');
    await world.credentials.create({ ...request, runId: 'run_a', ttlSeconds: 3_600 }, operator);
  });

  it('answers at once from memory while what was issued is good', async () => {
    const served = serve('run_a');
    expect(served).not.toBeInstanceOf(Promise);
    expect(served).toMatchObject({ issued: { secretAccessKey: secretOf(1) } });
    expect(world.aws.asked.length).toBe(1);
  });

  it('asks once for fifty that come together when it is not, and records the renewal', async () => {
    world.pass(11 * minuteMs);
    const answer = world.aws.hold();
    const all = Array.from({ length: 50 }, () => serve('run_a'));
    answer();
    const keys = (await Promise.all(all)).map(({ issued }) => issued.provider === 'aws' && issued.accessKeyId);
    expect(new Set(keys)).toEqual(new Set(['ASIAPLAYED2']));
    expect(world.aws.asked.length).toBe(2);
    const rows = await world.db.auditRow.findMany({ where: { action: 'credential.issued' }, orderBy: { seq: 'asc' } });
    expect(rows.map(({ data }) => JSON.parse(data).renewal)).toEqual([false, true]);
  });

  it('refuses another run, a run without access, and a session of another cloud', async () => {
    world.run('run_b');
    expect(await codeOf(serve('run_b'))).toBe('SESSION_NOT_FOUND');
    expect(await codeOf(world.credentials.serving.serve({ kind: 'run', runId: 'run_a' }, 'gcp', ''))).toBe(
      'SESSION_NOT_FOUND',
    );
  });

  it('serves nothing after the session’s time, to the millisecond, though nobody swept', async () => {
    world.run('run_a', { expiresAtMs: world.clock.now() + 7_200_000 });
    world.pass(60 * minuteMs - 1);
    expect(await codeOf(serve('run_a'))).toBe('ok');
    world.pass(1);
    expect(await codeOf(serve('run_a'))).toBe('SESSION_EXPIRED');
  });

  it('gives nobody what comes after a revoke, and the record names the key all the same', async () => {
    world.pass(11 * minuteMs);
    const answer = world.aws.hold();
    const late = codeOf(serve('run_a'));
    const [session] = (await world.credentials.list({ limit: 1 })).items;
    await world.credentials.revoke(session?.id ?? '', { reason: 'enough' }, operator);
    answer();
    expect(await late).toBe('SESSION_EXPIRED');
    const issued = await world.db.auditRow.findMany({
      where: { action: 'credential.issued' },
      orderBy: { seq: 'asc' },
    });
    expect(JSON.parse(issued.at(-1)?.data ?? '{}')).toMatchObject({ accessKeyId: 'ASIAPLAYED2', discarded: true });
  });

  it('says who ended it and why', async () => {
    const [session] = (await world.credentials.list({ limit: 1 })).items;
    await world.credentials.revoke(session?.id ?? '', { reason: 'it misbehaved' }, operator);
    await expect(serve('run_a')).rejects.toMatchObject({ code: 'SESSION_EXPIRED', message: /revoked: it misbehaved/ });
  });
});

describe('an end', () => {
  it('comes with the run, at once, and is counted', async () => {
    world.run('run_a');
    await world.credentials.create({ ...request, runId: 'run_a' }, operator);
    await world.credentials.create(
      { provider: 'gcp', principalId: 'a@b.iam', allow: 'storage.objects.get', runId: 'run_a' },
      operator,
    );
    expect(world.credentials.count('run_a')).toBe(2);
    const ended = world.credentials.endRun('run_a', 'revoked', 'stop');
    expect(await codeOf(serve('run_a'))).toBe('SESSION_EXPIRED');
    expect(await ended).toBe(2);
    expect(world.closed).toEqual(['run_a']);
    const { items } = await world.credentials.list({ limit: 9, runId: 'run_a' });
    expect(items.map(({ status, endReason }) => [status, endReason])).toEqual([
      ['revoked', 'stop'],
      ['revoked', 'stop'],
    ]);
  });

  it('comes all the same where it cannot be written', async () => {
    world.run('run_a');
    await world.credentials.create({ ...request, runId: 'run_a' }, operator);
    world.failAudit(true);
    expect(await world.credentials.endRun('run_a', 'revoked', 'stop')).toBe(1);
    expect(world.credentials.count('run_a')).toBe(0);
  });

  it('by a revoke is durable first: one that cannot be written leaves the session as it was', async () => {
    const { id } = await world.credentials.create(request, operator);
    world.failAudit(true);
    expect(await codeOf(world.credentials.revoke(id, { reason: 'x' }, operator))).toBe('AUDIT_UNAVAILABLE');
    world.failAudit(false);
    expect((await world.credentials.get(id)).status).toBe('active');
    expect((await world.credentials.revoke(id, { reason: 'x' }, operator)).status).toBe('revoked');
    expect((await world.credentials.revoke(id, { reason: 'y' }, operator)).endReason).toBe('x');
  });

  it('comes when more is spent than its budget', async () => {
    const { id } = await world.credentials.create({ ...request, budgetUsd: 1 }, operator);
    expect(await world.credentials.spend(id, { usd: 1, source: 's3' }, key)).toEqual({
      spentUsd: 1,
      limitUsd: 1,
      exceeded: false,
    });
    expect(await world.credentials.spend(id, { usd: 0.5, source: 's3' }, key)).toMatchObject({ exceeded: true });
    expect(await world.credentials.get(id)).toMatchObject({ status: 'budget_exceeded', spentUsd: 1.5 });
    expect(await codeOf(world.credentials.spend(id, { usd: 1, source: 's3' }, key))).toBe('SESSION_EXPIRED');
  });

  it('comes with its time, and no status ever goes back', async () => {
    const { id } = await world.credentials.create(request, operator);
    world.pass(15 * minuteMs);
    await world.credentials.sweep();
    expect((await world.credentials.get(id)).status).toBe('expired');
    expect((await world.credentials.revoke(id, { reason: 'late' }, operator)).status).toBe('expired');
  });

  it('is forgotten after its retention, an active session never', async () => {
    const ended = await world.credentials.create(request, operator);
    await world.credentials.revoke(ended.id, { reason: 'x' }, operator);
    world.pass(91 * 24 * 60 * minuteMs);
    const active = await world.credentials.create({ ...request, allow: 's3:PutObject' }, operator);
    await world.credentials.sweep();
    expect(await codeOf(world.credentials.get(ended.id))).toBe('SESSION_NOT_FOUND');
    expect((await world.credentials.get(active.id)).status).toBe('active');
  });

  it.each(['1', '../../etc/passwd', '00000000-0000-0000-0000-00000000000g', "' OR 1=1"])(
    'refuses the id %s before it looks anything up',
    async (id) => {
      world.credentials.close();
      await database.close();
      expect(await codeOf(world.credentials.get(id))).toBe('SESSION_NOT_FOUND');
      database = await temporaryDatabase();
    },
  );
});

describe('a hard revoke', () => {
  it('has the cloud refuse what was issued, and is taken away when nothing issued lives any more', async () => {
    const { id } = await world.credentials.create(request, operator);
    const revoked = await world.credentials.revoke(id, { reason: 'leaked', hard: true }, operator);
    expect(revoked).toMatchObject({ status: 'revoked', hardRevoke: { ok: true } });
    expect(revoked.hardRevokedAt).not.toBeNull();
    expect(world.aws.denied).toEqual([id]);
    await world.credentials.sweep();
    expect(world.aws.lifted).toEqual([]);
    world.pass(16 * minuteMs);
    await world.credentials.sweep();
    await world.credentials.sweep();
    expect(world.aws.lifted).toEqual([id]);
    expect((await world.story(id)).slice(3)).toEqual([
      ...['credential.revoke', 'credential.deny', 'credential.denied', 'credential.lift'],
    ]);
  });

  it('may come after the session has ended by itself', async () => {
    const { id } = await world.credentials.create(request, operator);
    await world.credentials.revoke(id, { reason: 'x' }, operator);
    expect((await world.credentials.revoke(id, { reason: 'leaked', hard: true }, operator)).hardRevoke?.ok).toBe(true);
  });
});

describe('a restart', () => {
  it('goes on with the sessions of runs that do, asks the cloud anew, and ends the others', async () => {
    world.run('run_a');
    world.run('run_b');
    const a = await world.credentials.create({ ...request, runId: 'run_a' }, operator);
    const b = await world.credentials.create({ ...request, runId: 'run_b' }, operator);
    world.credentials.close();
    world.runs.delete('run_b');
    world.credentials = world.open();
    await world.credentials.restore();
    expect(await serve('run_a')).toMatchObject({ session: { id: a.id }, issued: { accessKeyId: 'ASIAPLAYED3' } });
    expect((await world.credentials.get(b.id)).status).toBe('revoked');
  });
});
