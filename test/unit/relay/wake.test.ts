import { afterEach, beforeEach, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { createRelayWaker } from '@/lib/relay/wake';
import { eventually } from '@/test/support/eventually';
import { manualClock } from '@/test/support/manual-clock';
import { quietAudit } from '@/test/support/quiet-audit';
import { receiver } from '@/test/support/receiver';

let target: Awaited<ReturnType<typeof receiver>>;
beforeEach(async () => {
  target = await receiver();
});
afterEach(() => target.close());

function waking(outbound = {}) {
  const [audit, clock] = [quietAudit(), manualClock()];
  return { audit, clock, waker: createRelayWaker({ audit, clock, outbound }) };
}

it('pokes once a cooldown, by a GET without anything in it, and has what came of it on the record', async () => {
  const { audit, clock, waker } = waking({ allowPrivateHost: '127.0.0.1' });
  const instance = { id: 'rly_1', wakeUrl: `${target.url}/wake?me=1` };
  target.answer(() => ({ status: 503 }));
  for (let times = 0; times < 3; times += 1) waker.poke(instance);
  await eventually(() => expect(audit.events).toHaveLength(1));
  expect(audit.events).toMatchObject([{ action: 'relay.wake', target: 'rly_1', outcome: 'failed' }]);
  expect(target.received).toMatchObject([{ path: '/wake?me=1', body: '' }]);
  expect(JSON.stringify(target.received)).not.toMatch(/authorization|cookie/i);
  clock.advance(limits.relayWakeCooldownMs);
  target.answer(() => ({ status: 204 }));
  waker.poke(instance);
  await eventually(() => expect(audit.events[1]).toMatchObject({ outcome: 'ok', data: { status: 204 } }));
  waker.poke({ id: 'rly_2', wakeUrl: null });
  await waker.close();
  expect(target.received).toHaveLength(2);
});

it('pokes no private address, and follows no redirect to one', async () => {
  const { audit, waker } = waking();
  const urls = [target.url, 'http://169.254.169.254/latest', 'http://[::1]/', 'http://localhost/'];
  for (const [index, wakeUrl] of urls.entries()) waker.poke({ id: `rly_${index}`, wakeUrl });
  await eventually(() => expect(audit.events).toHaveLength(urls.length));
  for (const { outcome, data } of audit.events) {
    expect(outcome).toBe('failed');
    expect(JSON.stringify(data)).toMatch(/private/);
  }
  await waker.close();
  const redirected = waking({ allowPrivateHost: '127.0.0.1' });
  target.answer(() => ({ status: 302, headers: { location: `${target.url}/inside` } }));
  redirected.waker.poke({ id: 'rly_1', wakeUrl: `${target.url}/outside` });
  await eventually(() => expect(redirected.audit.events).toHaveLength(1));
  expect(target.received.map(({ path }) => path)).toEqual(['/outside']);
  await redirected.waker.close();
});
