/**
 * From a live session to a credential: what was issued is served while it is good, else the cloud is asked, once for all who
 * wait. The question is on the record before it is asked, and what came of it before anybody is given it.
 */
import type { AuditLog } from '@/lib/audit/log';
import { type Actor, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import { AppError, toAppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import { sha256Hex } from '@/lib/platform/secrets';
import type { Broker, IssuedCredential } from './broker';
import type { LiveSession } from './live-sessions';
import { issuedCompanion } from './rows';

export interface Issuing {
  /** At once where one is at hand that is good for a while. */
  atHand(session: LiveSession, audience: string): IssuedCredential | undefined;
  /** @throws AppError PROVIDER_REFUSED, SESSION_EXPIRED when it ended meanwhile, AUDIT_UNAVAILABLE. */
  ask(session: LiveSession, audience: string, by: Actor): Promise<IssuedCredential>;
}

/** The name under which a credential is on the record, and in the cloud's own log where that has one. */
export function publicKeyId(issued: IssuedCredential): string {
  return issued.provider === 'aws' ? issued.accessKeyId : `sha256:${sha256Hex(issued.accessToken).slice(0, 16)}`;
}

export function createIssuing(deps: {
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  brokers: Readonly<Record<IssuedCredential['provider'], Broker>>;
}): Issuing {
  const { audit, bus, clock, brokers } = deps;

  async function issue(session: LiveSession, audience: string, by: Actor): Promise<IssuedCredential> {
    const { id, runId, provider, principalId } = session.shown;
    const asked = { runId, provider, principalId, audience: audience || null, renewal: session.shown.issued > 0 };
    await audit.append({ actor: actorName(by), action: 'credential.issue', target: id, data: asked });
    let issued: IssuedCredential;
    try {
      issued = await brokers[provider].issue(session.access, audience, session.ended.signal);
    } catch (error) {
      if (session.ended.signal.aborted) throw ended(session);
      const { code, message } = toAppError(error);
      const data = { ...asked, code, message };
      await audit.append({ actor: 'server', action: 'credential.refused', target: id, outcome: 'failed', data });
      throw error;
    }
    const accessKeyId = publicKeyId(issued);
    const expiresAt = toIso(issued.expiresAtMs);
    // One that came too late exists at the cloud all the same: the record names it, and nobody is given it.
    const discarded = session.ended.signal.aborted;
    await audit.append(
      {
        actor: 'server',
        action: 'credential.issued',
        target: id,
        data: { ...asked, accessKeyId, expiresAt, ...(discarded && { discarded }) },
      },
      [issuedCompanion(id, accessKeyId, clock.now(), issued.expiresAtMs)],
    );
    if (session.ended.signal.aborted) throw ended(session);
    if (session.issued.size >= limits.credentialAudiences) session.issued.clear();
    session.issued.set(audience, issued);
    session.shown = {
      ...session.shown,
      accessKeyId,
      issued: session.shown.issued + 1,
      lastIssuedAt: toIso(clock.now()),
      issuedUntil: expiresAt,
    };
    bus.publish({ type: 'credential.changed', data: session.shown });
    return issued;
  }

  return {
    atHand(session, audience) {
      const issued = session.issued.get(audience);
      if (!issued) return undefined;
      const { expiresAtMs } = issued;
      const nowMs = clock.now();
      // What lives to the end of the session cannot be had for longer.
      const isGood = expiresAtMs - nowMs > limits.credentialRenewMs || expiresAtMs >= session.expiresAtMs;
      return isGood && expiresAtMs > nowMs ? issued : undefined;
    },
    ask(session, audience, by) {
      const known = session.asking.get(audience);
      if (known) return known;
      const asking = issue(session, audience, by).finally(() => session.asking.delete(audience));
      session.asking.set(audience, asking);
      return asking;
    },
  };
}

function ended({ shown }: LiveSession): AppError {
  return new AppError('SESSION_EXPIRED', {
    message: `The credential session has ended (${shown.status})${shown.endReason ? `: ${shown.endReason}` : '.'}`,
  });
}
