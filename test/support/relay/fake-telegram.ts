/** Telegram's Bot API on loopback, as its public reference describes it: one bot, its updates, and every call it gets. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventuallyFound } from '@/test/support/eventually';
import { readMultipart } from './multipart';

export interface TelegramCall {
  method: string;
  body: Record<string, unknown>;
  files?: Array<{ name: string; text: string }>;
}

interface Refusal {
  error_code: number;
  description: string;
  parameters?: { retry_after: number };
}

export const botToken = '4242:fake-telegram-token-AAE';
export const ada = { id: 7, is_bot: false, first_name: 'Ada', username: 'ada' };
export const direct = { id: 7, type: 'private', first_name: 'Ada' };
export const group = { id: -1007, type: 'supergroup', title: 'Crew' };
export const forum = { id: -1008, type: 'supergroup', title: 'Desk', is_forum: true };

export async function fakeTelegram({ port = 0, firstId = 100 } = {}) {
  const calls: TelegramCall[] = [];
  const refusals: Array<{ method: string; refusal: Refusal }> = [];
  /** What is served of a file, by its id; of one that is not here, an error. */
  const files = new Map<string, (response: ServerResponse) => void>();
  const fetched: string[] = [];
  let updates: Array<{ update_id: number }> = [];
  let asking: { response: ServerResponse; offset: number } | null = null;
  let nextId = firstId;
  let token = botToken;

  const say = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const ok = (response: ServerResponse, result: unknown) => say(response, 200, { ok: true, result });

  function getUpdates(response: ServerResponse, { offset = 0, timeout = 0 }: Record<string, unknown>): void {
    updates = updates.filter(({ update_id }) => update_id >= Number(offset));
    if (updates.length > 0 || timeout === 0) return void ok(response, updates);
    asking = { response, offset: Number(offset) };
    response.on('close', () => {
      if (asking?.response === response) asking = null;
    });
  }

  function resultOf(method: string, body: Record<string, unknown>): unknown {
    if (method === 'getMe') return { id: 4242, is_bot: true, first_name: 'Crew bot', username: 'crew_bot' };
    if (method === 'getFile') return { file_id: body.file_id, file_path: `documents/${body.file_id}` };
    if (method === 'createForumTopic') return { message_thread_id: 55, name: body.name, icon_color: 0 };
    if (method === 'getChat') return { ...forum, description: 'What we do' };
    if (/^send(?!ChatAction)/.test(method))
      return { message_id: nextId++, date: 0, chat: { id: body.chat_id, type: 'private' } };
    return true;
  }

  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const [, by, file = ''] = /^\/file\/bot([^/]+)\/documents\/(\w+)$/.exec(request.url ?? '') ?? [];
      if (by === token) {
        fetched.push(file);
        return (files.get(file) ?? ((none) => void say(none, 404, { ok: false })))(response);
      }
      const [, given, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
      const isForm = request.headers['content-type']?.startsWith('multipart/form-data');
      const form = isForm ? readMultipart(text) : null;
      const body = form?.fields ?? ((text === '' ? {} : JSON.parse(text)) as Record<string, unknown>);
      if (given !== token) return say(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' });
      calls.push({ method, body, ...(form && { files: form.files }) });
      const index = refusals.findIndex((one) => one.method === method);
      const [refused] = index === -1 ? [] : refusals.splice(index, 1);
      if (refused) return say(response, refused.refusal.error_code, { ok: false, ...refused.refusal });
      return method === 'getUpdates' ? getUpdates(response, body) : ok(response, resultOf(method, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    ...{ calls, files, fetched },
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () =>
      new Promise<number>((resolve) => server.getConnections((error, count) => resolve(error ? -1 : count))),
    /** The next call of that method is refused so. */
    refuse: (method: string, refusal: Refusal) => void refusals.push({ method, refusal }),
    /** What has not been confirmed. */
    waiting: () => updates.length,
    push(update: object) {
      updates.push({ update_id: nextId++, ...update });
      const { response } = asking ?? {};
      asking = null;
      if (response) ok(response, updates);
    },
    said(text: string, message: object = {}) {
      const message_id = nextId++;
      this.push({ message: { message_id, date: 0, from: ada, chat: direct, text, ...message } });
      return message_id;
    },
    revokeToken() {
      token = 'another';
      asking?.response.destroy();
    },
    /** The first call, past or future, of that method from `from` on. */
    called: (method: string, from = 0): Promise<TelegramCall> =>
      eventuallyFound(() => calls.slice(from).find((call) => call.method === method)),
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
