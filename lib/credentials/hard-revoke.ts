/**
 * Refusing at the cloud itself what was issued for one session, and taking that refusal away once nothing issued lives any
 * more: a role holds only so many of them.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { CredentialSession, RevokedCredential } from '@/lib/contracts/credentials';
import { type Actor, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { toAppError } from '@/lib/platform/errors';
import type { Log } from '@/lib/platform/log';
import type { CredentialSessionModel } from '@/prisma/generated/models';
import type { Broker, SessionAccess } from './broker';
import { deniedCompanion, liftedCompanion, toSession } from './rows';

export interface HardRevoke {
  /** For a session that has ended here. Never throws what the cloud refused: the session is over all the same. */
  deny(row: CredentialSessionModel, reason: string, by: Actor): Promise<NonNullable<RevokedCredential['hardRevoke']>>;
  /** Takes away what refuses nothing any more. */
  liftDue(): Promise<void>;
  /** What a start finds of the last one. */
  restore(): Promise<void>;
}

const liftRetryMs = 60_000;

export function createHardRevoke(deps: {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  log: Log;
  brokers: Readonly<Record<CredentialSession['provider'], Broker>>;
}): HardRevoke {
  const { db, audit, clock, log, brokers } = deps;
  /** By session: until when its refusal is needed. */
  const standing = new Map<string, number>();

  return {
    async deny(row, reason, by) {
      const { id, provider, runId } = toSession(row);
      const broker = brokers[provider];
      if (!broker.denySession)
        return {
          ok: false,
          message: `${provider} cannot refuse what it issued: it ends by itself, within 15 minutes.`,
        };
      const data = { runId, provider, reason, accessKeyId: row.accessKeyId };
      await audit.append({ actor: actorName(by), action: 'credential.deny', target: id, data });
      try {
        await broker.denySession(accessOf(row), reason);
      } catch (error) {
        const { code, message } = toAppError(error);
        await audit.append({
          ...{ actor: 'server', action: 'credential.denied', target: id, outcome: 'failed' as const },
          data: { ...data, code, message },
        });
        return { ok: false, message };
      }
      await audit.append({ actor: 'server', action: 'credential.denied', target: id, data }, [
        deniedCompanion(id, clock.now()),
      ]);
      standing.set(id, row.issuedUntil?.getTime() ?? clock.now());
      return { ok: true, message: 'The cloud refuses what was issued for this session from now on.' };
    },

    async liftDue() {
      const nowMs = clock.now();
      const due = [...standing].filter(([, untilMs]) => untilMs < nowMs).map(([id]) => id);
      if (due.length === 0) return;
      for (const row of await db.credentialSession.findMany({ where: { id: { in: due } } })) {
        try {
          await brokers[toSession(row).provider].liftDeny?.(accessOf(row));
          await audit.append({ actor: 'server', action: 'credential.lift', target: row.id }, [
            liftedCompanion(row.id, clock.now()),
          ]);
          standing.delete(row.id);
        } catch (error) {
          standing.set(row.id, nowMs + liftRetryMs);
          log.warn(
            { err: error, session: row.id },
            'a refusal at the cloud that is not needed any more is still there',
          );
        }
      }
    },

    async restore() {
      const where = { hardRevokedAt: { not: null }, denyLiftedAt: null };
      for (const { id, issuedUntil } of await db.credentialSession.findMany({ where }))
        standing.set(id, issuedUntil?.getTime() ?? 0);
    },
  };
}

function accessOf(row: CredentialSessionModel): SessionAccess {
  const { id, principalId, policy, expiresAt, tags, azureTenantId, scopingEnforced } = toSession(row);
  const { azureClientId } = row;
  const expiresAtMs = Date.parse(expiresAt);
  return { id, principalId, policy, expiresAtMs, tags, azureTenantId, azureClientId, scopingEnforced };
}
