/**
 * A sign-in from the credentials form to the session id. What next-auth would swallow (throttled, the record cannot be
 * written) is kept in the attempt for the route to answer with.
 */
import type { Operator } from '@/lib/contracts/operators';
import { issueDeviceCookie, readDeviceCookie } from '@/lib/operators/device-cookie';
import { settledBy } from '@/lib/operators/throttle';
import { AppError } from '@/lib/platform/errors';
import type { Runtime } from '@/lib/runtime';

export interface SignInAttemptState {
  address: string;
  userAgent: string;
  /** The device cookie the browser sent. */
  deviceCookie: string | undefined;
  /** The session the browser had before: it ends when a new one begins. */
  previousSessionId: string | null;
  operatorId: string | null;
  /** What the browser is given to be known by next time. */
  newDeviceCookie: string | null;
  /** Answered in place of what next-auth made of it. */
  refusal: AppError | null;
}

const maxAccountLength = 254;

/** @throws AppError RATE_LIMITED, AUDIT_UNAVAILABLE. Null for a wrong email or password, told apart by nothing. */
export async function verifyCredentials(
  credentials: { email?: unknown; password?: unknown } | undefined,
  state: SignInAttemptState,
  runtime: Runtime,
): Promise<Operator | null> {
  const { authSecret, operators, throttle } = runtime;
  const account = accountOf(credentials?.email);
  const password = typeof credentials?.password === 'string' ? credentials.password : '';
  const knownDevice = readDeviceCookie(state.deviceCookie, { secret: authSecret, account });

  const verdict = throttle.attempt({ account, address: state.address, knownDevice });
  if (!verdict.ok) {
    if (verdict.first) await recordRefusal(runtime, { account, address: state.address, reason: 'throttled' });
    const message = `Too many failed sign-ins. Wait ${describeWait(verdict.retryAfterSeconds)}, then try again.`;
    throw new AppError('RATE_LIMITED', { message, retryAfterSeconds: verdict.retryAfterSeconds });
  }

  // A password over the limit cannot be anybody's, and hashing it would be a gift to a flood.
  const bounded = password.slice(0, 1024);
  const operator = await settledBy(verdict, () =>
    operators.verifyPassword(account, bounded, { urgent: knownDevice !== null }),
  );
  if (operator) state.newDeviceCookie = issueDeviceCookie({ secret: authSecret, account });
  else await recordRefusal(runtime, { account, address: state.address, reason: 'credentials' });
  return operator;
}

/** Says what was tried and from where, and not whether such an account exists. */
export async function recordRefusal(
  { audit }: Runtime,
  { account, ...data }: { account: string; address: string; reason: string },
): Promise<void> {
  await audit.append({
    actor: 'anonymous',
    action: 'sign_in',
    target: account,
    outcome: 'refused',
    data: { email: account, ...data },
  });
}

/** As typed, in the form accounts are kept in, fit for the record. */
function accountOf(email: unknown): string {
  if (typeof email !== 'string') return '';
  return email
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .toLowerCase()
    .slice(0, maxAccountLength);
}

function describeWait(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
