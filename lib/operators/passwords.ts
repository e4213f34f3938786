/**
 * Password hashes. Against whoever steals the database: scrypt at OWASP's cost. Against whoever floods sign-in: few hashes
 * at once and a bounded queue, so that guessing cannot take the machine. An unknown account costs the same time as a known
 * one, so that answers do not tell who has an account.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '@/lib/platform/errors';

export interface PasswordCost {
  /** log2 of scrypt's N. */
  ln: number;
  r: number;
  p: number;
}

/** OWASP Password Storage Cheat Sheet: N = 2^17 with p = 1, or its equals; this is N = 2^16, r = 8, p = 2 (64 MiB). */
export const currentCost: PasswordCost = { ln: 16, r: 8, p: 2 };

const keyBytes = 32;
const concurrentHashes = 2;
const waitingHashes = 40;
/** Room above 128 · N · r, which Node refuses to pass. */
const memorySlackBytes = 1024 * 1024;

export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * Whether `password` is the one behind `stored`; `null` (no such account, or one without a password) takes the same time
   * and is false. `urgent` passes the queue and its bound.
   * @throws AppError RATE_LIMITED when too many wait.
   */
  verify(password: string, stored: string | null, options?: { urgent?: boolean }): Promise<boolean>;
  /** True when `stored` was made at another cost and should be made anew while the password is at hand. */
  needsRehash(stored: string): boolean;
}

export function createPasswords({ cost = currentCost }: { cost?: PasswordCost } = {}): Passwords {
  const queue = createHashQueue();
  const absent = { cost, salt: randomBytes(16), key: randomBytes(keyBytes) };

  return {
    async hash(password) {
      const salt = randomBytes(16);
      return formatHash({ cost, salt, key: await queue(() => derive(password, salt, cost), true) });
    },
    async verify(password, stored, { urgent = false } = {}) {
      const expected = (stored && parseHash(stored)) || absent;
      const key = await queue(() => derive(password, expected.salt, expected.cost), urgent);
      return timingSafeEqual(key, expected.key) && expected !== absent;
    },
    needsRehash(stored) {
      const parsed = parseHash(stored);
      return !parsed || parsed.cost.ln !== cost.ln || parsed.cost.r !== cost.r || parsed.cost.p !== cost.p;
    },
  };
}

/** The same characters typed on another keyboard give the same bytes (NIST SP 800-63B §5.1.1.2). */
function derive(password: string, salt: Buffer, { ln, r, p }: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 128 * 2 ** ln * r * p + memorySlackBytes };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

interface StoredHash {
  cost: PasswordCost;
  salt: Buffer;
  key: Buffer;
}

/** `$scrypt$ln=16,r=8,p=2$<salt>$<key>`, base64 without padding, as the PHC string format has it. */
function formatHash({ cost, salt, key }: StoredHash): string {
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${encode(salt)}$${encode(key)}`;
}

const hashPattern = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,64})\$([A-Za-z0-9+/]{43})$/;

function parseHash(text: string): StoredHash | null {
  const [, ln, r, p, salt, key] = hashPattern.exec(text) ?? [];
  if (!ln || !r || !p || !salt || !key) return null;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

/** Runs few at once; the others wait in order, urgent ones first. */
function createHashQueue() {
  const waiting: Array<() => void> = [];
  let running = 0;

  return async function run<T>(work: () => Promise<T>, urgent: boolean): Promise<T> {
    if (running >= concurrentHashes) {
      if (!urgent && waiting.length >= waitingHashes) {
        throw new AppError('RATE_LIMITED', {
          message: 'Too many people sign in at once: wait and try again.',
          retryAfterSeconds: 5,
        });
      }
      // Whoever finishes hands its place over, so nobody slips in between.
      await new Promise<void>((resolve) => (urgent ? waiting.unshift(resolve) : waiting.push(resolve)));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
