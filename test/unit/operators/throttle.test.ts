import { describe, expect, it } from 'vitest';
import { issueDeviceCookie, readDeviceCookie } from '@/lib/operators/device-cookie';
import { createSignInThrottle, networkOf, type SignInAttempt } from '@/lib/operators/throttle';
import { limits } from '@/lib/platform/limits';

function world() {
  let nowMs = 1_000_000;
  const throttle = createSignInThrottle({ clock: { now: () => nowMs } });
  const from = (address: string, account = 'owner@example.com', knownDevice: string | null = null): SignInAttempt => ({
    account,
    address,
    knownDevice,
  });
  const fail = (attempt: SignInAttempt) => {
    const verdict = throttle.attempt(attempt);
    if (verdict.ok) verdict.settle('failed');
    return verdict.ok;
  };
  const succeed = (attempt: SignInAttempt) => {
    const verdict = throttle.attempt(attempt);
    if (verdict.ok) verdict.settle('succeeded');
    return verdict.ok;
  };
  return {
    throttle,
    from,
    fail,
    succeed,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the sign-in throttle', () => {
  it('refuses an address after five failures on one account, until the window ends', () => {
    const { throttle, from, fail, advance } = world();
    for (let count = 0; count < limits.signInFailuresPerPair; count += 1) expect(fail(from('10.0.0.1'))).toBe(true);
    const refused = throttle.attempt(from('10.0.0.1'));
    expect(refused).toEqual({ ok: false, retryAfterSeconds: limits.signInWindowMs / 1000, first: true });
    expect(throttle.attempt(from('10.0.0.1'))).toMatchObject({ ok: false, first: false });
    advance(limits.signInWindowMs - 1);
    expect(fail(from('10.0.0.1'))).toBe(false);
    advance(1);
    expect(fail(from('10.0.0.1'))).toBe(true);
  });

  it('refuses an address that walks through many accounts', () => {
    const { from, fail } = world();
    for (let count = 0; count < limits.signInFailuresPerAddress; count += 1) {
      expect(fail(from('10.0.0.1', `user${count}@example.com`))).toBe(true);
    }
    expect(fail(from('10.0.0.1', 'another@example.com'))).toBe(false);
    expect(fail(from('10.0.0.2', 'another@example.com'))).toBe(true);
  });

  it('counts a hundred attempts at once as a hundred', () => {
    const { throttle, from } = world();
    const verdicts = Array.from({ length: 100 }, () => throttle.attempt(from('10.0.0.1')));
    expect(verdicts.filter((verdict) => verdict.ok)).toHaveLength(limits.signInFailuresPerPair);
  });

  it('leaves each address one attempt a window while an account is attacked from many', () => {
    const { from, fail } = world();
    for (let count = 0; count < limits.signInFailuresPerAccount; count += 1) fail(from(`10.1.0.${count}`));
    expect(fail(from('10.9.9.9'))).toBe(true);
    expect(fail(from('10.9.9.9'))).toBe(false);
  });

  it('never locks out the owner at an address that signed in before, whatever a stranger does', () => {
    const { from, fail, succeed } = world();
    expect(succeed(from('192.0.2.7'))).toBe(true);
    for (let count = 0; count < 5_000; count += 1) fail(from(`10.1.${count >> 8}.${count & 255}`));
    for (let round = 0; round < 4; round += 1) expect(fail(from('192.0.2.7'))).toBe(true);
    expect(succeed(from('192.0.2.7'))).toBe(true);
  });

  it('never locks out the owner on a known device, even behind the attacker’s own address', () => {
    const { from, fail, succeed } = world();
    for (let count = 0; count < 200; count += 1) fail(from('10.0.0.1', `user${count % 40}@example.com`));
    for (let count = 0; count < 50; count += 1) fail(from('10.0.0.1'));
    expect(succeed(from('10.0.0.1'))).toBe(false);
    expect(succeed(from('10.0.0.1', 'owner@example.com', 'device-1'))).toBe(true);
  });

  it('judges a known device by its own failures', () => {
    const { from, fail } = world();
    for (let count = 0; count < limits.signInFailuresPerPair; count += 1) {
      expect(fail(from(`10.0.0.${count}`, 'owner@example.com', 'device-1'))).toBe(true);
    }
    expect(fail(from('10.0.0.99', 'owner@example.com', 'device-1'))).toBe(false);
    expect(fail(from('10.0.0.99', 'owner@example.com', 'device-2'))).toBe(true);
  });

  it('forgets the failures of somebody who then gets it right, and charges nothing for what was never judged', () => {
    const { throttle, from, fail, succeed } = world();
    for (let round = 0; round < 10; round += 1) {
      for (let count = 1; count < limits.signInFailuresPerPair; count += 1) expect(fail(from('10.0.0.1'))).toBe(true);
      expect(succeed(from('10.0.0.1'))).toBe(true);
    }
    for (let count = 0; count < 50; count += 1) {
      const verdict = throttle.attempt(from('10.0.0.2', 'other@example.com'));
      expect(verdict.ok).toBe(true);
      if (verdict.ok) verdict.settle('abandoned');
    }
  });

  it('counts the addresses of one IPv6 network as one, and mapped IPv4 as IPv4', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:0db8:0001:0002::9'));
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  });
});

describe('the device cookie', () => {
  const secret = 'a secret of the server';
  it('is known again for its account alone', () => {
    const cookie = issueDeviceCookie({ secret, account: 'owner@example.com' });
    const deviceId = readDeviceCookie(cookie, { secret, account: 'owner@example.com' });
    expect(deviceId).toBe(cookie.split('.')[0]);
    expect(readDeviceCookie(cookie, { secret, account: 'other@example.com' })).toBeNull();
    expect(readDeviceCookie(cookie, { secret: 'another secret', account: 'owner@example.com' })).toBeNull();
    expect(cookie).not.toContain('owner');
  });

  it('is refused when forged, altered or malformed', () => {
    const cookie = issueDeviceCookie({ secret, account: 'owner@example.com' });
    for (const forged of [
      undefined,
      '',
      '.',
      'device-1',
      `x${cookie}`,
      `${cookie}x`,
      `${cookie}.x`,
      'device.signature',
    ]) {
      expect(readDeviceCookie(forged, { secret, account: 'owner@example.com' })).toBeNull();
    }
  });
});
