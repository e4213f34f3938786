/** The way in of the webhook platform: whose bytes are believed, how often, and what is answered. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '@/lib/platform/errors';
import type { ObservedAuthor } from '@/lib/relay/platforms/platform';
import { createWebhookDoor } from '@/lib/relay/platforms/webhook-door';
import type { InboundEvent } from '@/lib/relay/protocol/inbound';
import { newWebhookSecret } from '@/lib/webhooks/signing';
import { covers } from '@/test/requirements';
import { manualClock } from '@/test/support/manual-clock';
import { sign } from '@/test/support/relay/sign';
import { strangersEdge } from './chat-edge';

covers('relay.webhook');

const secret = newWebhookSecret();
const minute = 60_000;
const message = {
  ...{ message_id: 'm1', text: 'Good morning', thread_id: 't1', scope_id: 'team-1', reply_to_message_id: 'm0' },
  ...{ chat: { id: 'c1', type: 'dm', name: 'Ada' }, user: { id: 'u1', name: 'Ada' } },
};

let clock: ReturnType<typeof manualClock>;
let heard: Array<{ author: ObservedAuthor; event: InboundEvent }>;
let outcome: () => Promise<unknown>;
let door: ReturnType<typeof open>;
let ids = 0;

const open = (maxIds?: number) =>
  createWebhookDoor({
    ...{ name: 'support', secret, clock, ...(maxIds !== undefined && { maxIds }) },
    edge: {
      ...strangersEdge,
      async message(author, event) {
        heard.push({ author, event });
        await outcome();
        return { outcome: 'unlinked' };
      },
    },
  });

beforeEach(() => {
  clock = manualClock();
  heard = [];
  outcome = async () => undefined;
  door = open();
});

const nowSeconds = () => Math.floor(clock.now() / 1_000);
/** A delivery as it is sent; whatever `over` says is wrong with it. */
function delivery({ id, seconds = nowSeconds(), body = JSON.stringify(message) }: Partial<Given> = {}) {
  ids += 1;
  const given = { id: id ?? `msg_${ids}`, seconds, body };
  return { headers: { ...sign(secret, given) } as Record<string, string>, body: Buffer.from(body) };
}
interface Given {
  id: string;
  seconds: number;
  body: string | Buffer;
}
const refusalOf = (request: Parameters<typeof door.receive>[0]) =>
  door.receive(request).then(
    () => 'accepted',
    (error: AppError) => error.code,
  );

describe('a message', () => {
  it('is delivered as the author the sender names, with its chat, scope, thread and answer', async () => {
    expect(await door.receive(delivery())).toEqual({ outcome: 'accepted' });
    const [first] = heard;
    expect(first?.author).toEqual({ userId: 'u1', userName: 'Ada' });
    expect(first?.event).toMatchObject({
      ...{ text: 'Good morning', message_id: 'm1', reply_to_message_id: 'm0', prompt_response: null },
      source: {
        ...{ platform: 'support', chat_id: 'c1', chat_type: 'dm', chat_name: 'Ada', scope_id: 'team-1' },
        ...{ thread_id: 't1', user_id: 'u1' },
      },
    });
  });

  it('that answers a prompt needs no text, and one that says nothing is malformed', async () => {
    const { text: _, ...silent } = message;
    const answer = { ...silent, prompt_response: { prompt_id: 'p1', option_id: 'yes' } };
    await door.receive(delivery({ body: JSON.stringify(answer) }));
    expect(heard[0]?.event.prompt_response).toEqual({ prompt_id: 'p1', option_id: 'yes' });
    expect(await refusalOf(delivery({ body: JSON.stringify(silent) }))).toBe('BAD_REQUEST');
  });

  it('of numbers for ids is taken as their text', async () => {
    const numbers = { ...message, message_id: 7, chat: { id: -100, type: 'group' }, user: { id: 42 } };
    await door.receive(delivery({ body: JSON.stringify(numbers) }));
    expect(heard[0]).toMatchObject({
      author: { userId: '42', userName: null },
      event: { source: { chat_id: '-100' } },
    });
  });
});

describe('a signature', () => {
  it('that is missing, of another secret, or over another id, time or body delivers nothing', async () => {
    const good = delivery();
    const other = (over: Record<string, string>) => ({ ...good, headers: { ...good.headers, ...over } });
    const without = (name: string) => {
      const { [name]: _, ...headers } = good.headers;
      return { ...good, headers };
    };
    const wrong = [
      ...['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(without),
      other(sign(newWebhookSecret(), { id: 'a', seconds: nowSeconds(), body: good.body }) as never),
      other({ 'webhook-id': 'another' }),
      other({ 'webhook-timestamp': String(nowSeconds() + 1) }),
      { ...good, body: Buffer.from(good.body.toString().replace('morning', 'evening')) },
      { ...good, body: Buffer.concat([good.body, Buffer.from(' ')]) },
      other({ 'webhook-signature': (good.headers['webhook-signature'] ?? '').replace('v1,', 'v1a,') }),
      other({ 'webhook-signature': 'v1,' }),
      other({ 'webhook-timestamp': `0${nowSeconds()}` }),
      other({ 'webhook-id': 'x'.repeat(257) }),
    ];
    for (const request of wrong) expect(await refusalOf(request)).toBe('UNAUTHENTICATED');
    expect(heard).toEqual([]);
    expect(await refusalOf(good)).toBe('accepted');
  });

  it('may stand among others, as while a sender changes its secret', async () => {
    const { headers, body } = delivery();
    const among = `v1,AAAA ${headers['webhook-signature']} v1a,BBBB`;
    expect(await refusalOf({ headers: { ...headers, 'webhook-signature': among }, body })).toBe('accepted');
    const { headers: late, body: same } = delivery();
    const far = `${'v1,AAAA '.repeat(16)}${late['webhook-signature']}`;
    expect(await refusalOf({ headers: { ...late, 'webhook-signature': far }, body: same })).toBe('UNAUTHENTICATED');
  });

  it('is good for five minutes, to come as well as gone, and not a second longer', async () => {
    clock.advance(10 * minute);
    door = open();
    const at = (offset: number) => refusalOf(delivery({ seconds: nowSeconds() + offset }));
    expect([await at(301), await at(-301), await at(300)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'accepted']);
    const old = delivery();
    clock.advance(5 * minute);
    expect(await refusalOf(old)).toBe('accepted');
    const older = delivery({ seconds: nowSeconds() });
    clock.advance(5 * minute + 1_000);
    expect(await refusalOf(older)).toBe('UNAUTHENTICATED');
  });
});

describe('a body', () => {
  it('that is no JSON, no UTF-8, too deep, or of another shape is malformed, and can be sent again', async () => {
    const shapes = [
      ...[{}, [], { ...message, extra: 1 }, { ...message, user: { id: '' } }, { ...message, message_id: null }],
      { ...message, chat: { id: 'c1', type: 'palace' } },
    ].map((shape) => JSON.stringify(shape));
    const bodies = ['', '{', 'null', Buffer.from([0x22, 0xff, 0x22]), `${'['.repeat(5_000)}${']'.repeat(5_000)}`];
    for (const body of [...shapes, ...bodies]) expect(await refusalOf(delivery({ body }))).toBe('BAD_REQUEST');
    expect(heard).toEqual([]);
    expect(await refusalOf(delivery({ id: 'again', body: '{' }))).toBe('BAD_REQUEST');
    expect(await refusalOf(delivery({ id: 'again' }))).toBe('accepted');
  });
});

describe('a repeat', () => {
  it('is answered as before and not delivered, also while the first is on its way', async () => {
    let finish: () => void = () => undefined;
    outcome = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const request = delivery();
    const both = [door.receive(request), door.receive(request)];
    finish();
    expect(await Promise.all(both)).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    clock.advance(4 * minute);
    expect(await refusalOf(request)).toBe('accepted');
    expect(await refusalOf(delivery({ id: request.headers['webhook-id'] ?? '' }))).toBe('accepted');
    expect(heard).toHaveLength(1);
  });

  it('of what could not be delivered is the first attempt', async () => {
    const request = delivery();
    for (const code of ['RELAY_BUFFER_FULL', 'AUDIT_UNAVAILABLE'] satisfies ErrorCode[]) {
      outcome = () => Promise.reject(new AppError(code));
      await expect(door.receive(request)).rejects.toMatchObject({ code, status: 503 });
    }
    outcome = async () => undefined;
    expect(await refusalOf(request)).toBe('accepted');
    expect(heard).toHaveLength(3);
  });

  it('that was forgotten for want of room is asked for again under a new time, never delivered twice', async () => {
    door = open(3);
    const first = delivery();
    await door.receive(first);
    clock.advance(1_000);
    for (let count = 0; count < 3; count += 1) await door.receive(delivery());
    expect(await refusalOf(first)).toBe('CAPACITY');
    expect(heard).toHaveLength(4);
    clock.advance(1_000);
    expect(await refusalOf(delivery({ id: first.headers['webhook-id'] ?? '' }))).toBe('accepted');
  });

  it('of what was signed before a start is asked for again: it may have been delivered before it', async () => {
    const request = delivery();
    await door.receive(request);
    clock.advance(1_000);
    door = open();
    expect(await refusalOf(request)).toBe('CAPACITY');
    expect(heard).toHaveLength(1);
  });
});

it('whatever becomes of an author, who posts is told the same', async () => {
  for (const code of ['RATE_LIMITED', 'RELAY_INSTANCE_DISABLED'] satisfies ErrorCode[]) {
    outcome = () => Promise.reject(new AppError(code));
    expect(await door.receive(delivery())).toEqual({ outcome: 'accepted' });
  }
});
