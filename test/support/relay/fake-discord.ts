/** Discord on loopback, as its public reference describes it: its REST API, its gateway socket, and a key that signs interactions. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { eventuallyFound } from '@/test/support/eventually';
import { readMultipart } from './multipart';

export interface DiscordCall {
  method: string;
  /** Below the version. */
  path: string;
  body: Record<string, unknown>;
  authorization: string | undefined;
  files?: Array<{ name: string; text: string }>;
}

interface Refusal {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

export const discordToken = 'fake.discord.bot-token-MTA';
export const applicationId = '900000000000000001';
export const guild = '600000000000000001';
export const channel = { id: '500000000000000001', type: 0, guild_id: guild, name: 'ops', topic: 'Keep it up' };
export const thread = { id: '500000000000000002', type: 11, guild_id: guild, name: 'outage', parent_id: channel.id };
export const otherThread = { ...thread, id: '500000000000000003', parent_id: '500000000000000009' };
export const directChannel = { id: '500000000000000004', type: 1 };
export const ada = { id: '700000000000000007', username: 'ada', global_name: 'Ada' };

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
/** As the Developer Portal shows it. */
export const discordKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex');

export function signedInteraction(body: string, nowMs = Date.now()) {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString('hex');
  return {
    headers: { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp },
    body: Buffer.from(body),
  };
}

export async function fakeDiscord({ port = 0 } = {}) {
  const calls: DiscordCall[] = [];
  const refusals: Array<{ method: string; path: RegExp; refusal: Refusal }> = [];
  const channels = [channel, thread, otherThread, directChannel];
  const identified: Array<Record<string, unknown>> = [];
  const resumed: Array<Record<string, unknown>> = [];
  const sent: Array<{ s: number; text: string }> = [];
  /** What is served of an attachment, by its name; of one that is not here, an error. */
  const files = new Map<string, (response: ServerResponse) => void>();
  const fetched: Array<{ name: string; authorization: string | undefined }> = [];
  let heartbeats = 0;
  let closeWith: number | null = null;
  let remaining = 1_000;
  let flags = 1 << 19;
  let nextId = 800000000000000001n;
  let token = discordToken;
  let socket: WebSocket | null = null;

  const newId = () => String(nextId++);
  const say = (response: ServerResponse, { status, body, headers }: Refusal) =>
    status === 204
      ? response.writeHead(204).end()
      : response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

  function resultOf({ method, path }: DiscordCall): Refusal {
    const ok = (body: object) => ({ status: 200, body });
    const limit = { total: 1_000, remaining, reset_after: 3_600_000, max_concurrency: 1 };
    if (path === '/applications/@me') return ok({ id: applicationId, name: 'Crew bot', flags });
    if (path === '/gateway/bot')
      return ok({ url: `ws://127.0.0.1:${address().port}/gateway`, shards: 1, session_start_limit: limit });
    const [, id] = /^\/channels\/(\d+)$/.exec(path) ?? [];
    const found = channels.find((one) => one.id === id);
    if (id && !found) return { status: 404, body: { message: 'Unknown Channel', code: 10_003 } };
    if (id) return ok({ ...found });
    if (/\/threads$/.test(path)) return { status: 201, body: { ...thread, id: newId() } };
    if (method === 'PUT' || /\/(?:typing|callback)$/.test(path)) return { status: 204, body: {} };
    return ok({ id: newId() });
  }

  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const { authorization } = request.headers;
      const path = (request.url ?? '').replace('/api/v10', '');
      const [, name] = /\/attachments\/(.+)$/.exec(path) ?? [];
      if (name !== undefined) {
        fetched.push({ name, authorization });
        return (files.get(name) ?? ((none) => say(none, { status: 404, body: {} })))(response);
      }
      const isOpen = /^\/(?:webhooks|interactions)\//.test(path);
      if (!isOpen && authorization !== `Bot ${token}`)
        return say(response, { status: 401, body: { message: '401: Unauthorized', code: 0 } });
      const isForm = request.headers['content-type']?.startsWith('multipart/form-data');
      const form = isForm ? readMultipart(text) : null;
      const given = form?.fields.payload_json ?? text;
      const body = (given === '' ? {} : JSON.parse(given)) as Record<string, unknown>;
      const call = { method: request.method ?? '', path, body, authorization, ...(form && { files: form.files }) };
      calls.push(call);
      const index = refusals.findIndex((one) => one.method === call.method && one.path.test(path));
      const [refused] = index === -1 ? [] : refusals.splice(index, 1);
      return say(response, refused?.refusal ?? resultOf(call));
    });
  });
  const sockets = new WebSocketServer({ server, path: '/gateway' });
  sockets.on('connection', (next) => {
    socket = next;
    const tell = (frame: object) => next.send(JSON.stringify(frame));
    tell({ op: 10, d: { heartbeat_interval: 60 } });
    next.on('message', (data) => {
      const { op, d } = JSON.parse(String(data)) as { op: number; d: Record<string, unknown> };
      if (op === 1) {
        heartbeats += 1;
        tell({ op: 11 });
      }
      if ((op === 2 || op === 6) && (d.token !== token || closeWith !== null)) return next.close(closeWith ?? 4004);
      if (op === 2) {
        identified.push(d);
        dispatch('READY', {
          ...{ v: 10, user: { id: '1', username: 'crew-bot' }, session_id: 'session-1', guilds: [] },
          ...{ resume_gateway_url: `ws://127.0.0.1:${address().port}/gateway`, application: { id: applicationId } },
        });
      }
      if (op === 6) {
        resumed.push(d);
        for (const { s, text } of sent) if (s > Number(d.seq)) next.send(text);
        dispatch('RESUMED', {});
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = () => server.address() as AddressInfo;

  function dispatch(t: string, d: object): void {
    const s = sent.length + 1;
    const text = JSON.stringify({ op: 0, t, s, d });
    sent.push({ s, text });
    if (socket?.readyState === socket?.OPEN) socket?.send(text);
  }

  return {
    ...{ calls, files, fetched, identified, resumed, dispatch, newId },
    apiRoot: `http://127.0.0.1:${address().port}/api`,
    attachmentUrl: (name: string) => `http://127.0.0.1:${address().port}/attachments/${name}`,
    heartbeats: () => heartbeats,
    sockets: () => sockets.clients.size,
    connections: () =>
      new Promise<number>((resolve) => server.getConnections((error, count) => resolve(error ? -1 : count))),
    refuse: (method: string, path: RegExp, refusal: Refusal) => void refusals.push({ method, path, refusal }),
    said(content: string, message: object = {}) {
      const id = newId();
      dispatch('MESSAGE_CREATE', {
        ...{ id, type: 0, channel_id: directChannel.id, author: ada, content, attachments: [], ...message },
      });
      return id;
    },
    /** The socket dies without a word. */
    cut: () => socket?.terminate(),
    /** Whoever connects from now on is closed so. */
    closeWith(code: number | null) {
      closeWith = code;
    },
    noSessionsLeft() {
      remaining = 0;
    },
    mayNotRead() {
      flags = 0;
    },
    resetToken() {
      token = 'another';
    },
    called: (method: string, path: RegExp, from = 0): Promise<DiscordCall> =>
      eventuallyFound(() => calls.slice(from).find((call) => call.method === method && path.test(call.path))),
    async close() {
      for (const one of sockets.clients) one.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A command somebody gave in the channel of a guild. */
export function command(more: object = {}) {
  return {
    ...{
      id: '400000000000000001',
      application_id: applicationId,
      type: 2,
      token: 'interaction-secret-token',
      version: 1,
    },
    ...{ guild_id: guild, channel_id: channel.id, channel, member: { user: ada, nick: 'Ada L.' } },
    ...{ data: { id: '1', name: 'deploy', type: 1 }, ...more },
  };
}
