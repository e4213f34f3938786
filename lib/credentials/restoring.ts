/**
 * What a start finds of the last one: sessions of runs that go on are live again, and their next question is asked of the cloud
 * anew, since what was issued died with the memory it was in. The others have ended.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { CloudDoors } from './doors';
import type { LiveSessions } from './live-sessions';
import type { CredentialRun } from './opening';
import { endedCompanion, toSession } from './rows';

export async function restoreSessions(deps: {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  live: LiveSessions;
  liveRun: (runId: string) => CredentialRun | undefined;
  doors: CloudDoors;
}): Promise<void> {
  const { db, audit, clock, live, liveRun, doors } = deps;
  for (const row of await db.credentialSession.findMany({ where: { status: 'active' } })) {
    const shown = toSession(row);
    const { id, runId, provider } = shown;
    const run = runId === null ? undefined : liveRun(runId);
    const isOver = row.expiresAt.getTime() <= clock.now();
    if (!isOver && (runId === null || run)) {
      const { fingerprint, azureClientId, requestedById } = row;
      live.add(shown, { fingerprint, azureClientId, requestedById });
      if (run) await doors.open({ provider, subject: { kind: 'run', runId: run.id }, here: false });
      continue;
    }
    const status = isOver ? 'expired' : 'revoked';
    const reason = isOver ? 'Its time was over.' : 'Its run ended while the server was stopped.';
    await audit.append(
      {
        actor: 'server',
        action: `credential.${isOver ? 'expire' : 'revoke'}`,
        target: id,
        data: { runId, provider, status, reason },
      },
      [endedCompanion(id, status, reason, clock.now())],
    );
  }
}
