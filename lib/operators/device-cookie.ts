/**
 * The cookie that says "this browser signed in to this account before". It opens nothing: it only lets its holder be judged
 * by their own failed sign-ins. Signed, so that a guesser cannot make one, and bound to the account, which it does not name.
 */
import { constantTimeEqual, hmacSha256, newSecret } from '@/lib/platform/secrets';

export const deviceCookieMaxAgeSeconds = 180 * 24 * 60 * 60;

interface DeviceCookieOptions {
  /** Signs next-auth's cookies too; the text that is signed keeps the two apart. */
  secret: string;
  account: string;
}

export function issueDeviceCookie({ secret, account }: DeviceCookieOptions): string {
  const deviceId = newSecret();
  return `${deviceId}.${signatureOf({ secret, account, deviceId })}`;
}

/** The device's id, or null for a cookie that is forged, malformed or of another account. */
export function readDeviceCookie(cookie: string | undefined, { secret, account }: DeviceCookieOptions): string | null {
  const [deviceId, signature, ...rest] = (cookie ?? '').split('.');
  if (!deviceId || !signature || rest.length > 0) return null;
  return constantTimeEqual(signature, signatureOf({ secret, account, deviceId })) ? deviceId : null;
}

function signatureOf({ secret, account, deviceId }: DeviceCookieOptions & { deviceId: string }): string {
  return hmacSha256(secret, JSON.stringify(['gatehouse-device', account, deviceId]));
}
