/** Service keys on the data plane: a bearer, never a cookie. */
import type { IncomingMessage } from 'node:http';
import type { Scope } from '@/lib/contracts/roles';
import { type Actor, actorMay } from '@/lib/platform/actor';
import { bearerIn } from '@/lib/platform/bearer';
import { AppError } from '@/lib/platform/errors';
import type { Runtime } from '@/lib/runtime';

/** @throws AppError UNAUTHENTICATED, FORBIDDEN */
export function requireKey(
  { headers }: IncomingMessage,
  { serviceKeys }: Pick<Runtime, 'serviceKeys'>,
  scope: Scope,
): Actor {
  const bearer = bearerIn(headers.authorization);
  const actor = bearer === undefined ? null : serviceKeys.authenticate(bearer);
  if (!actor) throw new AppError('UNAUTHENTICATED', { message: 'Send a service key as "Authorization: Bearer …".' });
  if (!actorMay(actor, null, scope)) throw new AppError('FORBIDDEN', { details: { needs: scope } });
  return actor;
}
