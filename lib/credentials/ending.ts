/**
 * The one way a credential session ends, whatever ends it. Durable first where somebody asked for it; then nothing of it is
 * served, what is asked of its cloud is given up, and what was issued is gone from memory.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { EndedCredentialStatus } from '@/lib/contracts/credentials';
import { type Actor, actorName, serverActor } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import type { LiveSession, LiveSessions } from './live-sessions';
import { endedCompanion } from './rows';

export interface SessionEnding {
  status: EndedCredentialStatus;
  reason: string;
  by: Actor;
}

export interface SessionEnder {
  /** Again: waits for the same end. @throws AppError AUDIT_UNAVAILABLE; then the session is as it was. */
  end(session: LiveSession, ending: SessionEnding): Promise<void>;
  /** What happens whether it can be written or not: nothing is served from the moment it is called. Never rejects. */
  endNow(session: LiveSession, ending: Omit<SessionEnding, 'by'>): Promise<void>;
}

const actionOf: Record<EndedCredentialStatus, string> = {
  completed: 'credential.complete',
  expired: 'credential.expire',
  revoked: 'credential.revoke',
  budget_exceeded: 'credential.budget',
  failed: 'credential.fail',
};

export function createSessionEnder(deps: {
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  live: LiveSessions;
}): SessionEnder {
  const { audit, bus, clock, log, live } = deps;

  async function write({ shown }: LiveSession, { status, reason, by }: SessionEnding): Promise<void> {
    const { id, runId, provider, accessKeyId } = shown;
    await audit.append(
      {
        actor: actorName(by),
        action: actionOf[status],
        target: id,
        data: { runId, provider, status, reason, accessKeyId },
      },
      [endedCompanion(id, status, reason, clock.now())],
    );
  }

  function take(session: LiveSession, { status, reason }: SessionEnding): void {
    live.remove(session);
    session.shown = { ...session.shown, status, endReason: reason, endedAt: toIso(clock.now()) };
    bus.publish({ type: 'credential.changed', data: session.shown });
  }

  async function end(session: LiveSession, ending: SessionEnding): Promise<void> {
    if (session.ending) return session.ending;
    session.ending = write(session, ending).then(() => take(session, ending));
    try {
      await session.ending;
    } catch (error) {
      session.ending = null;
      throw error;
    }
  }

  return {
    end,
    async endNow(session, given) {
      if (session.shown.status !== 'active') return;
      const ending = { ...given, by: serverActor };
      const before = session.ending;
      take(session, ending);
      session.ending = (before ?? write(session, ending)).catch((error: unknown) =>
        log.error({ err: error, session: session.shown.id }, 'the end of a credential session could not be written'),
      );
      await session.ending;
    },
  };
}
