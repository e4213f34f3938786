import { describe, expect, it } from 'vitest';
import { createPasswords, currentCost } from '@/lib/operators/passwords';

const cheap = { ln: 4, r: 8, p: 1 };

describe('passwords', () => {
  it('accepts the password a hash was made of and nothing else', async () => {
    const passwords = createPasswords({ cost: cheap });
    const stored = await passwords.hash('correct horse battery staple');
    expect(await passwords.verify('correct horse battery staple', stored)).toBe(true);
    expect(await passwords.verify('correct horse battery stapl', stored)).toBe(false);
    expect(await passwords.verify('', stored)).toBe(false);
  });

  it('never gives two hashes of one password the same text', async () => {
    const passwords = createPasswords({ cost: cheap });
    expect(await passwords.hash('same')).not.toBe(await passwords.hash('same'));
  });

  it('takes the same characters in another Unicode form', async () => {
    const passwords = createPasswords({ cost: cheap });
    const stored = await passwords.hash('caf\u00e9 au lait, s\u0027il vous pla\u00eet');
    expect(await passwords.verify('cafe\u0301 au lait, s\u0027il vous plai\u0302t', stored)).toBe(true);
  });

  it('refuses every password for an account without one, or with a hash it cannot read', async () => {
    const passwords = createPasswords({ cost: cheap });
    expect(await passwords.verify('anything', null)).toBe(false);
    expect(await passwords.verify('anything', '$2b$10$abcdefghijklmnopqrstuv')).toBe(false);
  });

  it('spends as much on an unknown account as on a known one', async () => {
    const passwords = createPasswords({ cost: { ln: 13, r: 8, p: 1 } });
    const stored = await passwords.hash('correct horse battery staple');
    // Processor time, since the clock on the wall also counts what else the machine does.
    const costOf = async (hash: string | null) => {
      const before = process.cpuUsage();
      await passwords.verify('wrong password here', hash);
      return process.cpuUsage(before).user;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      known.push(await costOf(stored));
      unknown.push(await costOf(null));
    }
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('hashes at OWASP cost or above and asks for a rehash of anything else', async () => {
    expect(2 ** currentCost.ln * currentCost.p).toBeGreaterThanOrEqual(2 ** 17);
    const weak = await createPasswords({ cost: cheap }).hash('correct horse battery staple');
    const passwords = createPasswords();
    expect(passwords.needsRehash(weak)).toBe(true);
    expect(passwords.needsRehash(await passwords.hash('correct horse battery staple'))).toBe(false);
  });

  it('refuses a flood of guesses but lets a known device through it', async () => {
    const passwords = createPasswords({ cost: { ln: 12, r: 8, p: 1 } });
    const stored = await passwords.hash('correct horse battery staple');
    const flood = Array.from({ length: 200 }, () => passwords.verify('wrong', stored));
    const urgent = passwords.verify('correct horse battery staple', stored, { urgent: true });
    const results = await Promise.allSettled(flood);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused.length).toBeGreaterThan(100);
    expect(new Set(refused.map((error) => error.code))).toEqual(new Set(['RATE_LIMITED']));
    expect(await urgent).toBe(true);
    expect(await passwords.verify('correct horse battery staple', stored)).toBe(true);
  });
});
