/** Names of the cookies a browser holds for us, and how the session's is read. Secure prefixes wherever people come by https. */
import { decode } from 'next-auth/jwt';

export interface CookiePolicy {
  secure: boolean;
  session: string;
  device: string;
}

export function cookiePolicy(publicUrl: string): CookiePolicy {
  const secure = publicUrl.startsWith('https:');
  return {
    secure,
    session: `${secure ? '__Secure-' : ''}next-auth.session-token`,
    device: `${secure ? '__Host-' : ''}gatehouse-device`,
  };
}

/** The session id in next-auth's encrypted cookie, or null for anything that is not ours. */
export async function readSessionCookie(cookie: string | undefined, secret: string): Promise<string | null> {
  if (!cookie) return null;
  try {
    const payload = await decode({ token: cookie, secret });
    return typeof payload?.sid === 'string' ? payload.sid : null;
  } catch {
    return null;
  }
}
