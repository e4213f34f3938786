/**
 * Discord's REST API through `@discordjs/rest`, loaded for the first platform of its kind. Follow-ups go to addresses that hold
 * their credential, and errors of the library hold those addresses: what leaves this file are sentences of ours, codes, and
 * Discord's own message with secrets cut out.
 */
import { openAsBlob } from 'node:fs';
import { limits } from '@/lib/platform/limits';
import type { StoredMedia } from '../media';
import { createQuestions } from './questions';

export type DiscordProblem =
  /** The token is wrong or was reset. */
  | { kind: 'unauthorized' }
  | { kind: 'flood'; seconds: number }
  | { kind: 'refused'; status: number; code: number; description: string }
  | { kind: 'unreachable' };

export class DiscordFailure extends Error {
  constructor(readonly problem: DiscordProblem) {
    super(problem.kind);
    this.name = 'DiscordFailure';
  }
}

export type DiscordMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface DiscordQuestion {
  body?: object;
  /** Uploaded with the body. */
  file?: StoredMedia;
  /** What is in the path and must not be seen: such a path is its own authorization, and the bot's token stays out of it. */
  credential?: string;
}

export interface DiscordRest {
  /** Waits for Discord's limits as long as a gateway waits for a result; is asked once. @throws DiscordFailure */
  ask(method: DiscordMethod, path: `/${string}`, question?: DiscordQuestion): Promise<unknown>;
  close(): Promise<void>;
}

const publicRoot = 'https://discord.com/api';
const apiVersion = '10';

export async function openDiscordRest({
  token,
  apiRoot = publicRoot,
}: {
  token: string;
  apiRoot?: string | undefined;
}): Promise<DiscordRest> {
  const [{ REST, RequestMethod }, { Agent, fetch, FormData }] = await Promise.all([
    import('@discordjs/rest'),
    import('undici'),
  ]);
  // Its own, to be closed with the platform.
  const agent = new Agent({ connect: { timeout: limits.discordHandshakeMs } });
  const methods = {
    ...{ GET: RequestMethod.Get, POST: RequestMethod.Post, PUT: RequestMethod.Put },
    ...{ PATCH: RequestMethod.Patch, DELETE: RequestMethod.Delete },
  };
  const rest = new REST({
    api: apiRoot.replace(/\/+$/, ''),
    version: apiVersion,
    // A message that perhaps arrived must not be sent twice.
    retries: 0,
    timeout: limits.chatAnswerMs,
    rejectOnRateLimit: ({ retryAfter, timeToReset }) => Math.max(retryAfter, timeToReset) > limits.chatAnswerMs,
    makeRequest: (url, { method = 'GET', headers, body, signal }) =>
      fetch(url, {
        ...{ method, headers: Object.entries(headers ?? {}), signal: signal ?? null, dispatcher: agent },
        body: typeof body === 'string' || body instanceof FormData ? body : null,
        redirect: 'error',
      }),
  }).setToken(token);
  const questions = createQuestions();

  /** Read from the disk while it is sent. */
  async function formOf(body: object, { path, media }: StoredMedia) {
    const form = new FormData();
    form.append('payload_json', JSON.stringify(body));
    form.append('files[0]', await openAsBlob(path, { type: media.mime }), media.name);
    return form;
  }

  return {
    ask: (method, path, { body, credential, file } = {}) =>
      questions.ask(limits.chatAnswerMs, async (signal) => {
        const form = file && (await formOf(body ?? {}, file).catch(unreadable));
        const answer = rest.request({
          ...{ method: methods[method], fullRoute: path, signal, auth: credential === undefined },
          ...(form ? { body: form, passThroughBody: true } : body && { body }),
        });
        try {
          // The library's own waits do not hear the signal; what they end in is aborted then, and not sent.
          return await Promise.race([answer, abortOf(signal)]);
        } catch (error) {
          answer.catch(() => undefined);
          throw new DiscordFailure(discordProblem(error, [token, credential ?? token]));
        }
      }),
    async close() {
      questions.endAll();
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
      await agent.destroy();
    },
  };
}

/** It was there a moment ago: its hour is over. */
function unreadable(): never {
  throw new DiscordFailure({ kind: 'unreachable' });
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('aborted'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** By what its errors hold: the class that was loaded is not the one a test or another copy sees. */
function discordProblem(error: unknown, secrets: readonly string[]): DiscordProblem {
  if (!(error instanceof Error)) return { kind: 'unreachable' };
  if ('timeToReset' in error && 'retryAfter' in error)
    return { kind: 'flood', seconds: Math.ceil(Math.max(Number(error.retryAfter), Number(error.timeToReset)) / 1_000) };
  // The library forgets a token that was refused once.
  if (/^Expected token to be set/.test(error.message)) return { kind: 'unauthorized' };
  if (!('status' in error)) return { kind: 'unreachable' };
  const status = Number(error.status);
  if (status === 401) return { kind: 'unauthorized' };
  if (!(status >= 400 && status < 500)) return { kind: 'unreachable' };
  const code = 'code' in error ? Number(error.code) : 0;
  const description = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), error.message).slice(0, 300);
  return { kind: 'refused', status, code: Number.isFinite(code) ? code : 0, description };
}
