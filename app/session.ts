/** Who looks at this page. Read from the database on each request; the cookie only names the session. */
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Me } from '@/lib/contracts/operators';
import type { OperatorActor } from '@/lib/operators/sessions';
import { runtime } from '@/lib/runtime';
import { cookiePolicy, readSessionCookie } from './auth-cookies';

export async function currentActor(): Promise<OperatorActor | null> {
  const { authSecret, config, sessions } = runtime();
  const cookie = (await cookies()).get(cookiePolicy(config.publicUrl).session)?.value;
  const sessionId = await readSessionCookie(cookie, authSecret);
  return sessionId ? sessions.resolve(sessionId) : null;
}

/** The operator behind the page, or a redirect to sign-in that comes back here. */
export async function requireOperatorPage(): Promise<Me> {
  const actor = await currentActor();
  if (!actor) return redirect(`/login?next=${encodeURIComponent((await headers()).get('x-gatehouse-path') ?? '/')}`);
  return { operator: await runtime().operators.requireById(actor.id), sessionId: actor.sessionId };
}
