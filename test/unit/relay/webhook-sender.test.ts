/** The way out of the webhook platform: signed, under one id, to where an admin said and nowhere else. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { createLog } from '@/lib/platform/log';
import { createWebhookPlatform } from '@/lib/relay/platforms/webhook';
import type { OutboundAction } from '@/lib/relay/protocol/actions';
import { newWebhookSecret } from '@/lib/webhooks/signing';
import { covers } from '@/test/requirements';
import { manualClock } from '@/test/support/manual-clock';
import { sign } from '@/test/support/relay/sign';
import { strangersEdge } from './chat-edge';

covers('relay.webhook');

const secret = newWebhookSecret();
const clock = manualClock();

interface Posted {
  headers: IncomingHttpHeaders;
  body: string;
}
let posted: Posted[];
let answer: (response: ServerResponse, attempt: number) => void;
let server: Server;
let url: string;
const opened: Array<{ close(): Promise<void> }> = [];

beforeEach(async () => {
  posted = [];
  answer = (response) => void response.writeHead(204).end();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      posted.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      answer(response, posted.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/out`;
});
afterEach(async () => {
  for (const platform of opened.splice(0)) await platform.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function platformOf(
  over: { outboundUrl?: string; allowPrivateHost?: boolean; address?: string; timeoutMs?: number } = {},
) {
  const { outboundUrl = url, allowPrivateHost = true, address, timeoutMs } = over;
  const platform = createWebhookPlatform({
    ...{ name: 'support', label: 'Support', signingSecret: secret, clock, log: createLog('silent') },
    settings: { kind: 'webhook', outboundUrl, allowPrivateHost },
    edge: strangersEdge,
    onChanged: () => undefined,
    ...{ retryAfterMs: () => 1, ...(timeoutMs !== undefined && { timeoutMs }) },
    ...(address && { lookup: (_name, _options, found) => found(null, [{ address, family: 4 }]) }),
  });
  opened.push(platform);
  return platform;
}

const instance = { id: 'rly_1' } as Parameters<ReturnType<typeof platformOf>['perform']>[0];
type Direct = Exclude<OutboundAction, { op: 'follow_up' }>;
const send: Direct = { op: 'send', chat_id: 'c1', content: 'Good morning' };
const perform = (action: Direct = send, platform = platformOf()) => platform.perform(instance, action);
const json = (response: ServerResponse, value: unknown, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

describe('an action', () => {
  it('is posted as it is, signed, and what the receiver calls it goes back', async () => {
    answer = (response) => json(response, { message_id: 17, secret: 'internal' });
    expect(await perform()).toEqual({ success: true, message_id: '17' });
    const [first] = posted;
    if (!first) throw new Error('Nothing was posted.');
    expect(JSON.parse(first.body)).toEqual(send);
    const id = String(first.headers['webhook-id']);
    expect(first.headers).toMatchObject(sign(secret, { id, seconds: clock.now() / 1_000, body: first.body }));
  });

  it('of each op the descriptor names is posted', async () => {
    const target = { chat_id: 'c1' };
    const actions: Direct[] = [
      ...[
        send,
        { op: 'edit' as const, ...target, message_id: 'm', content: 'x' },
        { op: 'typing' as const, ...target },
      ],
      { op: 'prompt', ...target, prompt_kind: 'confirm', prompt_id: 'p', content: '?', options: [] },
      { op: 'react', ...target, message_id: 'm', emoji: '👍' },
      { op: 'thread_create', ...target, name: 'n' },
      { op: 'thread_rename', ...target, name: 'n' },
      { op: 'get_chat_info', ...target },
    ];
    const platform = platformOf();
    expect(platform.descriptor.supported_ops).toEqual(actions.map(({ op }) => op));
    for (const action of actions) expect(await perform(action, platform)).toEqual({ success: true });
    expect(posted.map(({ body }) => (JSON.parse(body) as Direct).op)).toEqual(platform.descriptor.supported_ops);
  });

  it('that asks for a chat is answered with it', async () => {
    answer = (response) => json(response, { chat: { id: 'c1', type: 'group', name: 'Ops' } });
    expect(await perform({ op: 'get_chat_info', chat_id: 'c1' })).toEqual({
      ...{ success: true, chat: { id: 'c1', type: 'group', name: 'Ops' } },
    });
  });

  it('that failed on the way is tried again under the same id, and typing is not', async () => {
    answer = (response, attempt) => (attempt < 3 ? json(response, {}, 503) : json(response, { message_id: 'm9' }));
    expect(await perform()).toEqual({ success: true, message_id: 'm9' });
    expect(new Set(posted.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(posted).toHaveLength(3);
    answer = (response) => json(response, {}, 503);
    expect(await perform({ op: 'typing', chat_id: 'c1' })).toMatchObject({ success: false });
    expect(posted).toHaveLength(4);
  });

  it('of another chat or time has another id', async () => {
    const platform = platformOf();
    await Promise.all([perform(send, platform), perform(send, platform)]);
    expect(new Set(posted.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('longer than the descriptor says is not posted', async () => {
    const content = 'x'.repeat(limits.relayTextChars + 1);
    expect(await perform({ ...send, content })).toMatchObject({ success: false, code: 'too_long' });
    expect(posted).toEqual([]);
  });
});

describe('a receiver', () => {
  it('that refuses, redirects, fails or is not there is an error without a word of its answer', async () => {
    for (const [status, code, attempts] of [
      [400, 'refused', 1],
      [302, 'refused', 1],
      [500, 'failed', limits.relayWebhookAttempts],
      [429, 'failed', limits.relayWebhookAttempts],
    ] as const) {
      posted.length = 0;
      answer = (response) =>
        void response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('an internal secret');
      const result = await perform();
      expect(result).toMatchObject({ success: false, code });
      expect(JSON.stringify(result)).not.toContain('internal');
      expect(posted).toHaveLength(attempts);
    }
    expect(await perform(send, platformOf({ outboundUrl: 'http://127.0.0.1:1/' }))).toEqual({
      ...{ success: false, error: 'the webhook could not be reached', code: 'unreachable' },
    });
  });

  it('that answers without end is cut off, and not asked a second time', async () => {
    answer = (response) => {
      response.writeHead(200);
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    };
    expect(await perform()).toMatchObject({ success: false, code: 'answer_too_large' });
    expect(posted).toHaveLength(1);
  });

  it('that took it and answers nonsense took it', async () => {
    const answers = ['', 'OK', '[]', '{"message_id":{"$ne":1}}', `{"message_id":"${'x'.repeat(600)}"}`];
    for (const text of answers) {
      answer = (response) => void response.writeHead(200).end(text);
      expect(await perform()).toEqual({ success: true });
    }
  });

  it('that is slow is given up, also in the middle of its answer', async () => {
    answer = () => undefined;
    const platform = platformOf({ timeoutMs: 50 });
    expect(await perform(send, platform)).toMatchObject({ success: false, code: 'timeout' });
    expect(posted).toHaveLength(limits.relayWebhookAttempts);
    answer = (response) => void response.writeHead(200).write('{"message_id":');
    expect(await perform(send, platform)).toMatchObject({ success: false, code: 'timeout' });
  });

  it('that hangs is left when the platform is closed', async () => {
    answer = () => undefined;
    const platform = platformOf();
    const result = perform(send, platform);
    while (posted.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await platform.close();
    expect(await result).toMatchObject({ success: false });
    expect(posted).toHaveLength(1);
  });
});

describe('an address', () => {
  it('that is private, or resolves to one, is not called unless an admin allowed that host', async () => {
    const refused = { success: false, code: 'address_refused' };
    for (const outboundUrl of [url, 'http://[::ffff:127.0.0.1]/', 'http://10.0.0.8/', 'http://169.254.169.254/'])
      expect(await perform(send, platformOf({ outboundUrl, allowPrivateHost: false }))).toMatchObject(refused);
    const named = url.replace('127.0.0.1', 'desk.example.com');
    const rebound = platformOf({ outboundUrl: named, allowPrivateHost: false, address: '127.0.0.1' });
    expect(await perform(send, rebound)).toMatchObject(refused);
    expect(posted).toEqual([]);
    const allowed = platformOf({ outboundUrl: named, address: '127.0.0.1' });
    expect(await perform(send, allowed)).toEqual({ success: true });
  });
});
