/**
 * An operator's own new password. Whoever sits at an open session must know the old one as well, and guessing it there is slowed
 * down as guessing at the sign-in is, without keeping the owner out: the session is judged by its own failures.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { ChangePasswordBody } from '@/lib/contracts/operators';
import { type Actor, actorName } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import type { OperatorService } from './operators';
import { type SignInThrottle, settledBy } from './throttle';

/** Ends every session of the operator, this one too. @throws AppError BAD_REQUEST naming currentPassword, RATE_LIMITED, AUDIT_UNAVAILABLE. */
export async function changeOwnPassword(
  actor: Extract<Actor, { kind: 'operator' }>,
  { currentPassword, password, address }: ChangePasswordBody & { address: string },
  deps: { operators: OperatorService; throttle: SignInThrottle; audit: AuditLog },
): Promise<void> {
  const { operators, throttle, audit } = deps;
  const { id, email, sessionId } = actor;
  const attempt = throttle.attempt({ account: email, address, knownDevice: sessionId });
  if (!attempt.ok) throw new AppError('RATE_LIMITED', { retryAfterSeconds: attempt.retryAfterSeconds });
  const found = await settledBy(attempt, () => operators.verifyPassword(email, currentPassword, { urgent: true }));
  if (!found) {
    const refused = { action: 'operator.password', target: id, outcome: 'refused' } as const;
    await audit.append({ ...refused, actor: actorName(actor), data: { email, address } });
    const message = 'that is not your password';
    throw new AppError('BAD_REQUEST', {
      message: `currentPassword: ${message}.`,
      details: { issues: [{ path: 'currentPassword', message }] },
    });
  }
  await operators.update(id, { password }, actor);
}
