/**
 * The bearer a gateway dials with: unpadded base64url of `gatewayId:exp:sig`, where `sig` is the lower-case hex HMAC-SHA256 of
 * `gatewayId:exp` under the instance's secret and `exp` is in Unix seconds, 0 for never. Minted anew for each dial.
 */
import { constantTimeEqual, hmacSha256Hex } from '@/lib/platform/secrets';

export interface UpgradeToken {
  gatewayId: string;
  /** Unix seconds; 0 never ends. */
  exp: number;
  sig: string;
}

/** Far longer than any token that fits its fields: nothing longer is decoded. */
const maxTokenChars = 2_048;

export function mintUpgradeToken({
  gatewayId,
  exp,
  secret,
}: {
  gatewayId: string;
  exp: number;
  secret: string;
}): string {
  const signed = `${gatewayId}:${exp}`;
  return Buffer.from(`${signed}:${hmacSha256Hex(secret, signed)}`).toString('base64url');
}

/** Read from the right, since an id may hold colons. Null for anything that is no token. */
export function parseUpgradeToken(text: string): UpgradeToken | null {
  if (text.length > maxTokenChars || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const parts = /^([\s\S]+):(0|[1-9]\d{0,14}):([0-9a-f]{64})$/.exec(decoded);
  const [, gatewayId, exp, sig] = parts ?? [];
  if (gatewayId === undefined || exp === undefined || sig === undefined) return null;
  return { gatewayId, exp: Number(exp), sig };
}

/** The signature is judged before the time: whoever does not know the secret learns nothing of either. */
export function checkUpgradeToken(
  { gatewayId, exp, sig }: UpgradeToken,
  { secrets, nowMs }: { secrets: readonly string[]; nowMs: number },
): 'ok' | 'unauthorized' | 'expired' {
  const signed = `${gatewayId}:${exp}`;
  // Each is compared whatever the others said, so that the time does not tell which one it was.
  const fits = secrets.map((secret) => constantTimeEqual(sig, hmacSha256Hex(secret, signed)));
  if (!fits.includes(true)) return 'unauthorized';
  return exp !== 0 && exp * 1_000 <= nowMs ? 'expired' : 'ok';
}
