/**
 * Slows down guessing of passwords without letting a guesser lock the owner out. Failures are counted for each account from
 * each address, for each address and for each account. Who signed in to the account before, from this address or on this
 * device, is judged by their own counter alone; when an account as a whole is under attack, every other address still has
 * one attempt a window. An attempt is charged before it is judged, so that a hundred at once are not one.
 */
import type { Clock } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';

export interface SignInAttempt {
  /** The email as typed, in lower case. */
  account: string;
  address: string;
  /** The id of a device that signed in to this account before, or null. */
  knownDevice: string | null;
}

export type SignInVerdict =
  | { ok: true; settle(outcome: 'succeeded' | 'failed' | 'abandoned'): void }
  /** `first` is true once a window, for the record. */
  | { ok: false; retryAfterSeconds: number; first: boolean };

/** Whom `verify` finds, told to the verdict however it ends. */
export async function settledBy<T>(
  verdict: Extract<SignInVerdict, { ok: true }>,
  verify: () => Promise<T | null>,
): Promise<T | null> {
  let outcome: 'succeeded' | 'failed' | 'abandoned' = 'abandoned';
  try {
    const found = await verify();
    outcome = found === null ? 'failed' : 'succeeded';
    return found;
  } finally {
    verdict.settle(outcome);
  }
}

export interface SignInThrottle {
  /** Charges an attempt, or refuses it. Whoever gets `ok` must call `settle` once. */
  attempt(attempt: SignInAttempt): SignInVerdict;
}

interface Window {
  failures: number;
  endsAtMs: number;
  refusalReported: boolean;
}

/** Only a charged attempt adds entries, and each costs a password hash: pushing counters out takes over half an hour, two windows. */
const maxWindows = 50_000;
const maxKnownAddresses = 10_000;

export function createSignInThrottle({ clock }: { clock: Clock }): SignInThrottle {
  const windows = new Map<string, Window>();
  const knownAddresses = new Set<string>();

  function current(key: string): Window | null {
    const window = windows.get(key);
    return window && window.endsAtMs > clock.now() ? window : null;
  }

  /** Each window is as long as every other, so the oldest entries of the map are the first to end. */
  function charge(key: string): Window {
    let window = current(key);
    if (!window) {
      const nowMs = clock.now();
      windows.delete(key);
      for (const [oldKey, old] of windows) {
        if (old.endsAtMs > nowMs && windows.size < maxWindows) break;
        windows.delete(oldKey);
      }
      window = { failures: 0, endsAtMs: nowMs + limits.signInWindowMs, refusalReported: false };
      windows.set(key, window);
    }
    window.failures += 1;
    return window;
  }

  function refusal(window: Window): SignInVerdict {
    const first = !window.refusalReported;
    window.refusalReported = true;
    return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((window.endsAtMs - clock.now()) / 1000)), first };
  }

  return {
    attempt({ account, address, knownDevice }) {
      const place = networkOf(address);
      const pairKey = JSON.stringify([account, place]);
      const isKnown = knownDevice !== null || knownAddresses.has(pairKey);
      const ownKey = knownDevice === null ? `pair ${pairKey}` : `device ${knownDevice}`;
      const sharedKeys = isKnown ? [] : [`address ${place}`, `account ${account}`];

      let ownLimit: number = limits.signInFailuresPerPair;
      if (!isKnown) {
        const byAddress = current(`address ${place}`);
        if (byAddress && byAddress.failures >= limits.signInFailuresPerAddress) return refusal(byAddress);
        const byAccount = current(`account ${account}`);
        if (byAccount && byAccount.failures >= limits.signInFailuresPerAccount) ownLimit = 1;
      }
      const before = current(ownKey);
      if (before && before.failures >= ownLimit) return refusal(before);

      const own = charge(ownKey);
      const charged = [own, ...sharedKeys.map(charge)];
      return {
        ok: true,
        settle(outcome) {
          if (outcome === 'failed') return;
          for (const window of charged) window.failures = Math.max(0, window.failures - 1);
          if (outcome === 'abandoned') return;
          own.failures = 0;
          remember(pairKey);
        },
      };
    },
  };

  function remember(pairKey: string): void {
    knownAddresses.delete(pairKey);
    knownAddresses.add(pairKey);
    const [oldest] = knownAddresses;
    if (knownAddresses.size > maxKnownAddresses && oldest !== undefined) knownAddresses.delete(oldest);
  }
}

/** An IPv6 customer holds a whole /64, so its addresses count as one; IPv4 stands for itself, mapped or not. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const headGroups = head.split(':').filter(Boolean);
  const tailGroups = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - headGroups.length - tailGroups.length);
  const groups = [...headGroups, ...Array<string>(zeros).fill('0'), ...tailGroups];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
