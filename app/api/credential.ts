/**
 * Who calls, and from where. Against cross-site requests: a cookie counts for a change only with an Origin of ours, and a
 * foreign Origin is refused whatever it brings. Against DNS rebinding: only our own names as Host.
 */
import type { NextRequest } from 'next/server';
import { cookiePolicy, readSessionCookie } from '@/app/auth-cookies';
import type { Actor } from '@/lib/platform/actor';
import { bearerIn } from '@/lib/platform/bearer';
import { AppError } from '@/lib/platform/errors';
import { isAllowedHost, isAllowedOrigin } from '@/lib/platform/origins';
import type { Runtime } from '@/lib/runtime';

/**
 * `cookieNeedsOrigin` is false only where another proof is asked for: next-auth's routes have their CSRF token.
 * @throws AppError ORIGIN_REFUSED.
 */
export function requireOwnOrigin(request: NextRequest, { config }: Runtime, { cookieNeedsOrigin = true } = {}): void {
  if (!isAllowedHost(request.headers.get('host') ?? undefined, config)) {
    throw new AppError('ORIGIN_REFUSED', {
      message: 'The Host is not a name of this server. GATEHOUSE_PUBLIC_URL sets it.',
    });
  }
  const origin = request.headers.get('origin');
  if (origin !== null) {
    if (!isAllowedOrigin(origin, config)) throw new AppError('ORIGIN_REFUSED');
    return;
  }
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  const byCookie = !request.headers.has('authorization') && request.cookies.has(cookiePolicy(config.publicUrl).session);
  if (cookieNeedsOrigin && changes && byCookie) {
    throw new AppError('ORIGIN_REFUSED', { message: 'A change made with a session cookie needs an Origin header.' });
  }
}

/** A bearer is judged alone: a wrong one is refused even beside a good cookie. @throws AppError UNAUTHENTICATED. */
export async function requireActor(request: NextRequest, runtime: Runtime): Promise<Actor> {
  const authorization = request.headers.get('authorization');
  const actor = authorization === null ? await actorOfCookie(request, runtime) : actorOfBearer(authorization, runtime);
  if (!actor) throw new AppError('UNAUTHENTICATED');
  return actor;
}

function actorOfBearer(authorization: string, { serviceKeys }: Runtime): Actor | null {
  const bearer = bearerIn(authorization);
  return bearer ? serviceKeys.authenticate(bearer) : null;
}

async function actorOfCookie(request: NextRequest, { config, authSecret, sessions }: Runtime): Promise<Actor | null> {
  const cookie = request.cookies.get(cookiePolicy(config.publicUrl).session)?.value;
  const sessionId = await readSessionCookie(cookie, authSecret);
  return sessionId ? sessions.resolve(sessionId) : null;
}
