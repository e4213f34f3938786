/**
 * What a metadata endpoint answers from: who asks becomes a session, and the session a credential. It reads memory alone where a
 * credential is at hand; a refusal says how the session ended.
 */
import type { CredentialProvider, CredentialSession } from '@/lib/contracts/credentials';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { IssuedCredential } from './broker';
import type { DoorSubject } from './door-secrets';
import type { Issuing } from './issuing';
import type { LiveSession, LiveSessions } from './live-sessions';

export interface ServedCredential {
  session: CredentialSession;
  issued: IssuedCredential;
  /** As it was asked for. */
  audience: string;
}

export interface Serving {
  /**
   * At once where one is at hand, else once the cloud answered. Throws at once or rejects.
   * @throws AppError SESSION_NOT_FOUND, SESSION_EXPIRED, BUDGET_EXCEEDED, RUN_NOT_ACTIVE, PROVIDER_REFUSED, AUDIT_UNAVAILABLE.
   */
  serve(
    subject: DoorSubject,
    provider: CredentialProvider,
    audience: string,
  ): ServedCredential | Promise<ServedCredential>;
  /** The live session a subject would be served from. */
  sessionOf(subject: DoorSubject, provider: CredentialProvider): CredentialSession | undefined;
}

export function createServing(deps: {
  db: Database;
  clock: Clock;
  live: LiveSessions;
  issuing: Issuing;
  isLive: (runId: string) => boolean;
}): Serving {
  const { db, clock, live, issuing, isLive } = deps;

  function find(subject: DoorSubject, provider: CredentialProvider): LiveSession | undefined {
    const session = subject.kind === 'run' ? live.ofRun(subject.runId, provider) : live.get(subject.sessionId);
    if (!session || session.shown.provider !== provider || session.expiresAtMs <= clock.now()) return undefined;
    const { runId } = session.shown;
    return runId === null || isLive(runId) ? session : undefined;
  }

  async function refusal(subject: DoorSubject, provider: CredentialProvider): Promise<AppError> {
    const where = subject.kind === 'run' ? { runId: subject.runId, provider } : { id: subject.sessionId, provider };
    const last = await db.credentialSession.findFirst({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
    if (!last)
      return new AppError('SESSION_NOT_FOUND', {
        status: 403,
        message: `This run was given no access to ${provider}. An operator can open a session for it on the Credentials page.`,
      });
    const why = last.endReason ?? (last.status === 'active' ? 'its time is over' : last.status);
    if (last.status === 'budget_exceeded')
      return new AppError('BUDGET_EXCEEDED', { message: `The ${provider} session of this run ended: ${why}` });
    const how = last.status === 'revoked' ? 'was revoked' : 'has ended';
    return new AppError('SESSION_EXPIRED', {
      message: `The ${provider} session ${how}: ${why}`,
      details: { sessionId: last.id, status: last.status === 'active' ? 'expired' : last.status },
    });
  }

  async function refuse(subject: DoorSubject, provider: CredentialProvider): Promise<never> {
    throw await refusal(subject, provider);
  }

  async function ask(session: LiveSession, audience: string): Promise<ServedCredential> {
    const { runId, id } = session.shown;
    const by = { kind: 'run', id: runId ?? id } as const;
    const issued = await issuing.ask(session, audience, by);
    return { session: session.shown, issued, audience };
  }

  return {
    sessionOf: (subject, provider) => find(subject, provider)?.shown,
    serve(subject, provider, audience) {
      const session = find(subject, provider);
      if (!session) return refuse(subject, provider);
      const issued = issuing.atHand(session, audience);
      return issued ? { session: session.shown, issued, audience } : ask(session, audience);
    },
  };
}
