/** How many sessions one principal may have: an agent in a loop must not use up what its cloud lets a role do. */
import type { CredentialProvider } from '@/lib/contracts/credentials';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** @throws AppError RATE_LIMITED with when to come back. */
export async function requireQuota(
  db: Database,
  clock: Clock,
  active: number,
  { provider, principalId }: { provider: CredentialProvider; principalId: string },
): Promise<void> {
  const nowMs = clock.now();
  const begun = (sinceMs: number) =>
    db.credentialSession.count({ where: { provider, principalId, createdAt: { gt: new Date(sinceMs) } } });
  if (active >= limits.credentialsActive)
    throw limited(`${active} sessions of this principal are active. Revoke some, or wait until they end.`, 60);
  if ((await begun(nowMs - hourMs)) >= limits.credentialsPerHour)
    throw limited(`${limits.credentialsPerHour} sessions of this principal were begun within an hour.`, 600);
  if ((await begun(nowMs - dayMs)) >= limits.credentialsPerDay)
    throw limited(`${limits.credentialsPerDay} sessions of this principal were begun within a day.`, 3_600);
}

function limited(message: string, retryAfterSeconds: number): AppError {
  return new AppError('RATE_LIMITED', { message, retryAfterSeconds });
}
