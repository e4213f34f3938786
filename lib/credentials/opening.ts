/** How a credential session begins: counted, on the record, its row, and one credential of its cloud, or it has failed. */
import type { AuditLog } from '@/lib/audit/log';
import type { CredentialProvider, CredentialSession } from '@/lib/contracts/credentials';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError, toAppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newUuid } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import { createOneAtATimeByKey } from '@/lib/platform/one-at-a-time';
import type { SessionEnder } from './ending';
import type { Issuing } from './issuing';
import type { LiveSession, LiveSessions } from './live-sessions';
import { fingerprintOf, type PlannedCredential } from './planning';
import { requireQuota } from './quota';
import { openedCompanion } from './rows';

/** A run as a session is bound to it. */
export interface CredentialRun {
  readonly id: string;
  readonly kind: 'pty' | 'external' | 'relay';
  readonly projectId: string;
  readonly pluginId: string | null;
  readonly expiresAtMs: number;
  readonly command: readonly string[] | null;
}

export interface OpenedSession {
  session: LiveSession;
  reused: boolean;
  notices: string[];
}

export interface SessionOpener {
  /** @throws AppError RATE_LIMITED, ALREADY_EXISTS, RUN_NOT_ACTIVE, PROVIDER_REFUSED (the session is then there, failed), AUDIT_UNAVAILABLE. */
  open(planned: PlannedCredential, run: CredentialRun | null, by: Actor): Promise<OpenedSession>;
}

/** What a session is tried with: a role that does not trust us should fail now, and not in the middle of a run. */
export const firstAudience: Record<CredentialProvider, string> = {
  aws: '',
  gcp: 'https://www.googleapis.com/auth/cloud-platform',
  azure: 'https://management.azure.com/',
};

export function createSessionOpener(deps: {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  live: LiveSessions;
  issuing: Issuing;
  ender: SessionEnder;
  /** Whether the run still takes what is begun for it. */
  isLive: (runId: string) => boolean;
}): SessionOpener {
  const { db, audit, bus, clock, live, issuing, ender, isLive } = deps;
  const inTurn = createOneAtATimeByKey();

  async function begin(
    planned: PlannedCredential,
    fingerprint: string,
    run: CredentialRun | null,
    by: Actor,
  ): Promise<LiveSession> {
    const { request, policy, azureClientId, azureTenantId, scopingEnforced } = planned;
    const { provider, principalId, budgetUsd = null, reason = null } = request;
    const createdAtMs = clock.now();
    const expiresAtMs = Math.min(createdAtMs + planned.ttlMs, run?.expiresAtMs ?? Number.POSITIVE_INFINITY);
    const shown: CredentialSession = {
      ...{ id: newUuid(), runId: run?.id ?? null, provider, principalId, status: 'active', policy },
      ttlSeconds: Math.round((expiresAtMs - createdAtMs) / 1_000),
      createdAt: toIso(createdAtMs),
      expiresAt: toIso(expiresAtMs),
      ...{ endedAt: null, endReason: null, budgetUsd, spentUsd: 0, requestedBy: actorLabel(by), reason },
      command: run?.command ? [...run.command] : null,
      agentId: run?.pluginId ?? null,
      tags: tagsOf(request.tags ?? {}, run, by),
      ...{ accessKeyId: null, issued: 0, lastIssuedAt: null, issuedUntil: null, scopingEnforced, azureTenantId },
      hardRevokedAt: null,
    };
    const keys = {
      fingerprint,
      azureClientId,
      requestedById: by.kind === 'operator' ? by.id : null,
    };
    await audit.append(
      {
        actor: actorName(by),
        action: 'credential.open',
        target: shown.id,
        data: {
          ...{ runId: shown.runId, provider, principalId, policy, ttlSeconds: shown.ttlSeconds, budgetUsd, reason },
          ...{ profile: request.profile ?? null, scopingEnforced, tags: shown.tags },
        },
      },
      [openedCompanion(shown, keys)],
    );
    const session = live.add(shown, keys);
    bus.publish({ type: 'credential.changed', data: shown });
    return session;
  }

  /** A run has at most one session at a cloud: the same access is answered again, another one is refused. */
  async function standing(
    provider: CredentialProvider,
    fingerprint: string,
    run: CredentialRun | null,
  ): Promise<LiveSession | undefined> {
    const alike = live.alike(fingerprint, clock.now() + limits.credentialReuseMs);
    if (alike || run === null) return alike;
    const other = live.ofRun(run.id, provider);
    if (!other) return undefined;
    if (other.keys.fingerprint !== fingerprint)
      throw new AppError('ALREADY_EXISTS', {
        message: `The run has an active ${provider} session with another policy. Revoke it first.`,
        details: { sessionId: other.shown.id },
      });
    await ender.endNow(other, { status: 'completed', reason: 'A new session took its place.' });
    return undefined;
  }

  return {
    open(planned, run, by) {
      const { provider } = planned.request;
      const fingerprint = fingerprintOf(planned, run?.id ?? null);
      return inTurn(run === null ? fingerprint : `${provider} ${run.id}`, async () => {
        const known = await standing(provider, fingerprint, run);
        if (known) return { session: known, reused: true, notices: [reusedNotice] };
        await requireQuota(db, clock, live.countOf(planned.request), planned.request);
        const session = await begin(planned, fingerprint, run, by);
        try {
          // A revoke that came meanwhile ended the sessions it found, or is found here.
          if (run !== null && !isLive(run.id)) throw new AppError('RUN_NOT_ACTIVE');
          await issuing.ask(session, firstAudience[provider], by);
        } catch (error) {
          await ender.endNow(session, { status: 'failed', reason: toAppError(error).message });
          throw error;
        }
        return { session, reused: false, notices: noticesOf(planned, session, run) };
      });
    },
  };
}

const reusedNotice =
  'An active session of exactly this access was answered: its time, its budget and its tags are as they were.';

function tagsOf(given: Record<string, string>, run: CredentialRun | null, by: Actor): Record<string, string> {
  return {
    ...given,
    'gatehouse-operator': actorLabel(by),
    ...(run && { 'gatehouse-run': run.id, 'gatehouse-project': run.projectId }),
    ...(run?.pluginId && { 'gatehouse-agent': run.pluginId }),
  };
}

const startSeconds = 5;

function noticesOf(planned: PlannedCredential, { shown }: LiveSession, run: CredentialRun | null): string[] {
  const notices: string[] = [];
  // One that was asked for as long as the run it starts with is cut by the time that takes.
  if (run && planned.ttlMs / 1_000 - shown.ttlSeconds > startSeconds)
    notices.push(
      `The run ends in ${shown.ttlSeconds} s, so its ${shown.provider} session does too: it was asked for ${planned.ttlMs / 1_000} s.`,
    );
  if (!shown.scopingEnforced)
    notices.push(
      `${shown.provider === 'azure' ? 'Azure' : 'GCP'} does not enforce this policy: it tells what was asked for, and the principal can do whatever its own roles allow.`,
    );
  return notices;
}
