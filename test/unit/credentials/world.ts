/** Credential sessions over a real database and record, with clouds that are played and a clock that is moved. */
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import type { LiveEventPayload } from '@/lib/contracts/events';
import type { Broker, IssuedCredential, SessionAccess } from '@/lib/credentials/broker';
import { createCredentialService } from '@/lib/credentials/credentials';
import type { CredentialRun } from '@/lib/credentials/opening';
import type { Actor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import type { TestDatabase } from '@/test/support/database';

export const admin: Actor = { kind: 'operator', id: 'op_ada', email: 'ada@example.com', role: 'admin', sessionId: 's' };
export const operator: Actor = { ...admin, id: 'op_eve', email: 'eve@example.com', role: 'operator' };
export const key: Actor = { kind: 'key', id: 'key_1', name: 'ci', scopes: ['credentials:issue'] };
export const role = 'arn:aws:iam::123456789012:role/agents';
export const request = { provider: 'aws' as const, principalId: role, allow: 's3:GetObject' };
export const secretOf = (n: number) => `very-secret-key-number-${n}`;

const quarterMs = 15 * 60_000;

/** A cloud as a service sees it: counts what it is asked, and fails or hangs when told to. */
export function playedBroker(provider: 'aws' | 'gcp', now: () => number) {
  const asked: SessionAccess[] = [];
  const denied: string[] = [];
  const lifted: string[] = [];
  let failure: AppError | null = null;
  let gate: Promise<void> = Promise.resolve();
  const broker: Broker = {
    provider,
    missing: () => null,
    defaultPrincipalId: () => null,
    check: () => ({ scopingEnforced: provider === 'aws', azureTenantId: null, azureClientId: null }),
    async issue(access): Promise<IssuedCredential> {
      asked.push(access);
      const n = asked.length;
      const expiresAtMs = Math.min(now() + quarterMs, access.expiresAtMs);
      await gate;
      if (failure) throw failure;
      return provider === 'aws'
        ? {
            provider,
            accessKeyId: `ASIAPLAYED${n}`,
            secretAccessKey: secretOf(n),
            sessionToken: secretOf(n),
            expiresAtMs,
          }
        : { provider, accessToken: secretOf(n), expiresAtMs };
    },
    denySession: async ({ id }) => void denied.push(id),
    liftDeny: async ({ id }) => void lifted.push(id),
  };
  return {
    ...{ broker, asked, denied, lifted },
    fail: (error: AppError | null) => {
      failure = error;
    },
    /** What is asked from now on is answered when the function it returns is called. */
    hold(): () => void {
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
  };
}

export async function credentialWorld(database: TestDatabase) {
  const { db } = database;
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  const clock = { now: () => nowMs };
  const log = createLog('silent');
  const real = await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined });
  let auditFails = false;
  const audit: AuditLog = {
    ...real,
    append: (event, companions) =>
      auditFails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(event, companions),
  };
  const bus = createEventBus({ clock, replayLimit: 1_000, onListenerError: () => undefined });
  const events: LiveEventPayload[] = [];
  bus.subscribe((event) => void events.push(event));
  const aws = playedBroker('aws', clock.now);
  const gcp = playedBroker('gcp', clock.now);
  const azure: Broker = { ...gcp.broker, provider: 'azure', missing: () => 'AZURE_TENANT_ID: set it.' };
  const runs = new Map<string, CredentialRun>();
  const closed: string[] = [];
  const open = () =>
    createCredentialService({
      ...{ db, audit, bus, clock, log },
      brokers: { aws: aws.broker, gcp: gcp.broker, azure },
      doors: {
        open: async ({ provider, subject }) => ({
          env: { [`${provider}_DOOR`]: JSON.stringify(subject) },
          notices: [],
        }),
        closeRun: (runId) => void closed.push(runId),
        close: () => undefined,
      },
      liveRun: (runId) => runs.get(runId),
    });

  return {
    ...{ db, clock, events, aws, gcp, runs, closed, open },
    credentials: open(),
    pass: (ms: number) => {
      nowMs += ms;
    },
    failAudit: (fails: boolean) => {
      auditFails = fails;
    },
    run(id: string, more: Partial<CredentialRun> = {}): CredentialRun {
      const run: CredentialRun = {
        ...{
          id,
          kind: 'external',
          projectId: 'shop',
          pluginId: 'triage',
          command: null,
          expiresAtMs: nowMs + 3_600_000,
        },
        ...more,
      };
      runs.set(id, run);
      return run;
    },
    /** Actions of the record on a session, oldest first. */
    story: async (id: string) =>
      (await db.auditRow.findMany({ where: { target: id }, orderBy: { seq: 'asc' } })).map(({ action }) => action),
    /** Everything the record and the tables hold, as text. */
    everything: async () =>
      JSON.stringify([await db.auditRow.findMany(), await db.credentialSession.findMany(), events]),
  };
}
