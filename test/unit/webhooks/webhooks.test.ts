import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateWebhookBody } from '@/lib/contracts/webhooks';
import { serverActor } from '@/lib/platform/actor';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type Received, receiver } from '@/test/support/receiver';
import { type WebhookWorld, webhookWorld } from './world';

let world: WebhookWorld;
let target: Awaited<ReturnType<typeof receiver>>;
beforeEach(async () => {
  world = await webhookWorld();
  target = await receiver();
});
afterEach(async () => {
  await world.close();
  await target.close();
});

const add = (over: Partial<CreateWebhookBody> = {}) =>
  world.webhooks.create(
    { name: 'ops', url: `${target.url}/hook?token=hidden`, format: 'generic', allowPrivateHost: true, ...over },
    serverActor,
  );
const received = async (count: number) => {
  await eventually(() => target.received.length >= count);
  return target.received;
};
const finished = (status: string) =>
  eventually(async () => (await world.deliveries()).some((each) => each.status === status));

/** By the text of the specification, with nothing of ours: https://www.standardwebhooks.com. */
function signatureOf(secret: string, { headers, body }: Received): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

describe('a webhook', () => {
  covers('webhooks.signed', 'webhooks.inert');

  it('tells that a call waits, signed, with ids, names and a link alone', async () => {
    const { secret } = await add();
    world.ask();
    const [first] = await received(1);
    if (!first || !secret) throw new Error('Nothing was sent.');
    expect(first.path).toBe('/hook?token=hidden');
    expect(first.headers['webhook-signature']).toBe(signatureOf(secret, first));
    expect(first.headers['webhook-timestamp']).toBe(String(world.clock.now() / 1_000));
    expect(JSON.parse(first.body)).toEqual({
      type: 'approval.requested',
      timestamp: '2026-11-22T12:00:00.000Z',
      data: {
        approvalId: 'apr_1',
        runId: 'run_1',
        runTitle: 'Nightly sweep',
        callId: 'call_1',
        connectorId: 'files',
        toolName: 'write_file',
        safety: 'write',
        requestedAt: '2026-11-22T12:00:00.000Z',
        expiresAt: '2026-11-22T12:05:00.000Z',
        url: 'https://gatehouse.example.com/approvals/apr_1',
      },
    });
    await finished('delivered');
  });

  it('tells that a run showed a secret, by what it looked like', async () => {
    await add();
    world.webhooks.leakRaised({
      ...{ id: 'leak_1', runId: 'run_1', runTitle: 'Nightly sweep', callId: null, pattern: 'GitHub token', count: 2 },
      ...{ firstAt: '2026-11-22T11:00:00.000Z', lastAt: '2026-11-22T12:00:00.000Z' },
      ...{ acknowledgedAt: null, acknowledgedBy: null },
    });
    const [first] = await received(1);
    expect(JSON.parse(first?.body ?? '')).toEqual({
      type: 'leak.detected',
      timestamp: '2026-11-22T12:00:00.000Z',
      data: {
        ...{ alertId: 'leak_1', runId: 'run_1', runTitle: 'Nightly sweep', callId: null, pattern: 'GitHub token' },
        at: '2026-11-22T12:00:00.000Z',
        url: 'https://gatehouse.example.com/runs/run_1',
      },
    });
    await finished('delivered');
  });

  it('shows its secret once, and keeps it and its address sealed', async () => {
    const { webhook, secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook.url).toBe(target.url);
    const kept = JSON.stringify([
      await world.db.webhook.findMany(),
      await world.db.auditRow.findMany(),
      await world.webhooks.list({ limit: 50 }),
    ]);
    expect(kept).not.toContain('hidden');
    expect(kept).not.toContain(secret?.slice(6));
  });

  it('gives Slack text in which a title is no mention, no link and no second line', async () => {
    const { secret } = await add({ format: 'slack' });
    expect(secret).toBeNull();
    world.ask({ runTitle: '<!channel> & <https://evil.example|log in>\nGatehouse: approved', toolName: '<@U1>\u202e' });
    const [first] = await received(1);
    const { text, blocks } = JSON.parse(first?.body ?? '{}') as {
      text: string;
      blocks: Array<{ text: { text: string } }>;
    };
    for (const line of [text, blocks[0]?.text.text ?? '']) {
      expect(line).not.toMatch(/[<>\n\u202e]/);
      expect(line).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|log in&gt; Gatehouse: approved');
    }
    expect(blocks[1]?.text.text).toBe('<https://gatehouse.example.com/approvals/apr_1|Look at it and decide>');
    expect(first?.headers['webhook-signature']).toBeUndefined();
  });
});

describe('a delivery', () => {
  covers('webhooks.retried', 'webhooks.restart');

  it('is tried again, later each time, under the same id with a new time, until it is taken', async () => {
    const { secret } = await add();
    target.answer(() => ({ status: target.received.length < 3 ? 500 : 200 }));
    world.ask();
    await received(1);
    for (const waitMs of [5_000, 10_000]) {
      const seen = target.received.length;
      await eventually(async () => (await world.deliveries())[0]?.attempts === seen);
      world.clock.advance(waitMs / 2 - 1);
      expect(target.received).toHaveLength(seen);
      world.clock.advance(waitMs / 2 + 1);
      await received(seen + 1);
    }
    await finished('delivered');
    expect(new Set(target.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(target.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
    for (const one of target.received) expect(one.headers['webhook-signature']).toBe(signatureOf(secret ?? '', one));
    expect(await world.deliveries()).toMatchObject([{ attempts: 3, httpStatus: 200, error: null }]);
  });

  it('is given up after a day', async () => {
    await add();
    target.answer(() => ({ status: 503 }));
    world.ask();
    await received(1);
    await eventually(async () => (await world.deliveries())[0]?.attempts === 1);
    world.clock.advance(24 * 3_600_000);
    await finished('failed');
    expect(await world.deliveries()).toMatchObject([{ attempts: 2, httpStatus: 503, nextAttemptAt: null }]);
  });

  it('survives a restart', async () => {
    await add();
    target.answer(() => ({ status: 500 }));
    world.ask();
    await received(1);
    await eventually(async () => (await world.deliveries())[0]?.attempts === 1);
    await world.restart();
    target.answer(() => ({ status: 200 }));
    world.clock.advance(5_000);
    await finished('delivered');
    expect(target.received).toHaveLength(2);
  });

  it('is not held up by another receiver that hangs', async () => {
    const other = await receiver();
    other.answer(() => ({ status: 0 }));
    await add({ url: other.url });
    for (let index = 0; index < 30; index += 1) world.ask({ id: `apr_${index}` });
    await eventually(() => other.received.length === 4);
    await add();
    world.ask({ id: 'apr_last' });
    await received(1);
    expect(other.received).toHaveLength(4);
    await other.close();
  });
});

describe('a receiver', () => {
  covers('webhooks.receivers');

  it('that redirects is not followed', async () => {
    await add();
    const { webhook } = await add();
    target.answer(() => ({ status: 302, headers: { location: `${target.url}/elsewhere` } }));
    expect(await world.webhooks.test(webhook.id, serverActor)).toMatchObject({ status: 'failed', httpStatus: 302 });
    expect(target.received.map(({ path }) => path)).toEqual(['/hook?token=hidden']);
  });

  it('that answers 410 is turned off, on the record, and what waits for it is dropped', async () => {
    await add();
    target.answer(() => ({ status: 500 }));
    world.ask();
    await received(1);
    await eventually(async () => (await world.deliveries())[0]?.attempts === 1);
    target.answer(() => ({ status: 410 }));
    world.ask({ id: 'apr_2' });
    await eventually(async () => (await world.webhooks.list({ limit: 1 })).items[0]?.enabled === false);
    expect((await world.deliveries()).map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(await world.actions()).toEqual(['webhook.create', 'webhook.update']);
    world.ask({ id: 'apr_3' });
    world.clock.advance(60_000);
    await world.restart();
    expect(target.received).toHaveLength(2);
  });

  it('on a private address is refused unless an admin allows it', async () => {
    for (const url of [
      target.url,
      'http://localhost:1',
      'http://[::1]:1',
      'http://169.254.169.254/latest',
      'http://10.0.0.1',
    ])
      await expect(add({ url, allowPrivateHost: false })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(add({ url: 'http://user:pass@example.com' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(target.received).toEqual([]);
  });

  it('whose address cannot be opened any more gets nothing', async () => {
    const { webhook } = await add();
    await world.restart(true);
    expect(await world.webhooks.test(webhook.id, serverActor)).toMatchObject({ status: 'failed', httpStatus: null });
    expect(target.received).toEqual([]);
  });

  it('that was removed or turned off hears nothing more', async () => {
    const { webhook } = await add();
    await world.webhooks.update(webhook.id, { enabled: false }, serverActor);
    world.ask();
    await world.webhooks.update(webhook.id, { enabled: true }, serverActor);
    await world.webhooks.remove(webhook.id, serverActor);
    world.ask();
    await expect(world.webhooks.test(webhook.id, serverActor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await world.webhooks.list({ limit: 50 })).items).toEqual([]);
    expect(target.received).toEqual([]);
  });
});

it('shows the last twenty deliveries and keeps no endless list of them', async () => {
  const { webhook } = await add();
  const old = (index: number) => ({
    ...{ id: `dlv_${index}`, webhookId: webhook.id, event: 'approval.requested', body: '{}', status: 'failed' },
    at: new Date(world.clock.now() - index - 1),
  });
  await world.db.webhookDelivery.createMany({ data: Array.from({ length: 150 }, (_, index) => old(index)) });
  const { id } = await world.webhooks.test(webhook.id, serverActor);
  const shown = await world.deliveries();
  expect(shown).toHaveLength(20);
  expect(shown.slice(0, 2).map((each) => each.id)).toEqual([id, 'dlv_0']);
  expect(await world.db.webhookDelivery.count()).toBe(100);
});
