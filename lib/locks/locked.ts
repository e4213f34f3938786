/** How a lock is said to whom it bites. */
import type { Lock } from '@/lib/contracts/locks';
import { AppError } from '@/lib/platform/errors';

export function lockedError({ target, message, expiresAt }: Lock): AppError {
  return new AppError('LOCKED', {
    message: `The ${target.kind} ${target.id} is locked: ${message}`,
    details: { lock: target, expiresAt },
  });
}
