/** Guessing passwords, and the owner who must not suffer for it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { covers } from '@/test/requirements';
import { startServer } from '@/test/support/server';
import { type AuthWorld, authWorld, password } from './auth-world';
import { Browserlike } from './browserlike';

covers('signin.throttle');

let world: AuthWorld;
beforeAll(async () => {
  world = await authWorld();
});
afterAll(() => world.server.stop());

describe('throttling', () => {
  it('answers 429 with when to come back after five wrong passwords, and does not even look at the right one', async () => {
    const { email } = await world.newOperator();
    const attacker = world.browserAt('10.1.0.1');
    for (let count = 0; count < limits.signInFailuresPerPair; count += 1) {
      expect((await attacker.signIn(email, `wrong ${count}`)).status).toBe(401);
    }
    for (const guess of ['wrong again', password]) {
      const response = await attacker.signIn(email, guess);
      expect(response.status).toBe(429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(limits.signInWindowMs / 1000 - 60);
      expect(await response.json()).toMatchObject({
        error: { code: 'RATE_LIMITED', requestId: expect.stringMatching(/./) },
      });
    }
    expect(await world.auditOf({ action: 'sign_in', outcome: 'refused', target: email })).toHaveLength(6);
  });

  it('cannot be used to lock the owner out of a known device, even behind the guesser’s own address', async () => {
    const { email } = await world.newOperator();
    const owner = world.browserAt('10.2.0.1');
    expect((await owner.signIn(email, password)).status).toBe(200);
    await Promise.all(
      Array.from({ length: limits.signInFailuresPerPair }, () => world.browserAt('10.3.0.1').signIn(email, 'wrong')),
    );
    expect((await world.browserAt('10.3.0.1').signIn(email, password)).status).toBe(429);
    owner.move('10.3.0.1');
    expect((await owner.signIn(email, password)).status).toBe(200);
    expect((await world.browserAt('10.4.0.1').signIn(email, password)).status).toBe(200);
  });

  it('does not believe an address that no trusted proxy vouches for', async () => {
    const open = await startServer();
    try {
      const answers = [];
      for (let count = 0; count <= limits.signInFailuresPerPair; count += 1) {
        const liar = new Browserlike(open.url, {
          'x-forwarded-for': `10.5.0.${count}`,
          'x-gatehouse-address': `10.6.0.${count}`,
        });
        answers.push((await liar.signIn('someone@example.com', 'wrong')).status);
      }
      expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
    } finally {
      await open.stop();
    }
  });
});
