import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createInternalCredentials } from '@/lib/tickets/internal';
import { covers } from '@/test/requirements';

const macOf = (key: string, runId: string) => createHmac('sha256', key).update(runId).digest('base64url');

describe('the internal credential', () => {
  covers('internal.shape', 'internal.own-run', 'internal.while-live');

  it('refuses everything before the root is drawn, also what an empty root would sign', () => {
    const internal = createInternalCredentials();
    for (const credential of [
      '',
      '.',
      'run_a',
      'run_a.',
      `run_a.${macOf('', 'run_a')}`,
      `run_a.${macOf('null', 'run_a')}`,
    ])
      expect(internal.verify(credential)).toBeNull();
  });

  it('is the run id and an HMAC-SHA256 of it, the same each time, good for as many uses as wanted', () => {
    const internal = createInternalCredentials();
    const credential = internal.issue('run_a');
    expect(credential).toMatch(/^run_a\.[A-Za-z0-9_-]{43}$/);
    expect(internal.issue('run_a')).toBe(credential);
    for (let use = 0; use < 100; use += 1) expect(internal.verify(credential)).toBe('run_a');
  });

  it('of one run does not pass for another', () => {
    const internal = createInternalCredentials();
    const [a, b] = [internal.issue('run_a'), internal.issue('run_b')];
    expect(internal.verify(a.replace('run_a', 'run_b'))).toBeNull();
    expect(internal.verify(`run_b.${a.slice(6)}`)).toBeNull();
    expect(internal.verify(b)).toBe('run_b');
  });

  it('of one process does not pass in another', () => {
    const [first, second] = [createInternalCredentials(), createInternalCredentials()];
    second.issue('run_a');
    expect(second.verify(first.issue('run_a'))).toBeNull();
  });

  it('is refused with any one character changed, cut, doubled or padded', () => {
    const internal = createInternalCredentials();
    const credential = internal.issue('run_a');
    for (let at = 0; at < credential.length; at += 1) {
      const other = credential.charAt(at) === 'A' ? 'B' : 'A';
      expect(internal.verify(credential.slice(0, at) + other + credential.slice(at + 1))).toBeNull();
      expect(internal.verify(credential.slice(0, at))).toBeNull();
    }
    const odd = [
      `${credential}=`,
      `${credential} `,
      ` ${credential}`,
      `${credential}.${credential}`,
      `x.${credential}`,
    ];
    for (const text of [...odd, credential.replace('.', '..'), 'é'.repeat(100), 'x'.repeat(1_000_000)])
      expect(internal.verify(text)).toBeNull();
  });
});
