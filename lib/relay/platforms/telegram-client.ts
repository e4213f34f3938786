/**
 * Telegram's Bot API through grammY, which is loaded for the first platform of its kind. The token is part of every address
 * here: errors of the library carry it, so what leaves this file are sentences of ours and Telegram's own description.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { InputFile, RawApi } from 'grammy';
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import { createOutbound } from '@/lib/platform/outbound';
import type { StoredMedia } from '../media';
import type { Wait } from './chat-platform';
import { createQuestions } from './questions';

export type TelegramProblem =
  /** The token is wrong or was revoked. */
  | { kind: 'unauthorized' }
  /** Somebody else receives this bot's messages. */
  | { kind: 'conflict'; description: string }
  | { kind: 'flood'; seconds: number }
  | { kind: 'refused'; status: number; description: string }
  | { kind: 'unreachable' };

/** grammY's name for it is that of a package from before Node had its own; it asks for nothing that Node's lacks. */
export type TelegramSignal = NonNullable<Parameters<RawApi['getMe']>[0]>;
type Call<T> = (raw: RawApi, signal: TelegramSignal) => Promise<T>;

export interface TelegramClient {
  /** Waits as long as Telegram asks, where that fits into what a gateway waits. @throws TelegramFailure */
  ask<T>(call: Call<T>): Promise<T>;
  /** One question, without any wait for a flood. @throws TelegramFailure */
  once<T>(call: Call<T>, signal: AbortSignal): Promise<T>;
  /** A file that somebody sent: its address holds the token, so it is opened here. @throws TelegramFailure */
  open(fileId: string, signal: AbortSignal): Promise<Response>;
  /** A file of ours as the body of one question: each attempt needs its own. */
  upload(file: StoredMedia): InputFile;
  close(): void;
}

export class TelegramFailure extends Error {
  constructor(readonly problem: TelegramProblem) {
    super(problem.kind);
    this.name = 'TelegramFailure';
  }
}

const publicRoot = 'https://api.telegram.org';

export async function openTelegramClient({
  token,
  apiRoot = publicRoot,
  wait,
}: {
  token: string;
  apiRoot?: string | undefined;
  wait: Wait;
}): Promise<TelegramClient> {
  const { Api, InputFile } = await import('grammy');
  const root = apiRoot.replace(/\/+$/, '');
  // Its own, since the library keeps one for each address for good.
  const agent = new (root.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const { raw } = new Api(token, {
    apiRoot: root,
    timeoutSeconds: limits.telegramPollSeconds + limits.chatAnswerMs / 1_000,
    baseFetchConfig: { agent, compress: true },
  });
  const questions = createQuestions();
  // Wherever the token goes anyway, files may come from.
  const allowPrivateHost = new URL(root).hostname;
  const outbound = createOutbound({ allowPrivateHost, timeoutMs: limits.chatFilesMs });
  const problemOf = (error: unknown) => telegramProblem(error, token);

  async function once<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
    try {
      return await call(raw, signal as TelegramSignal);
    } catch (error) {
      throw new TelegramFailure(problemOf(error));
    }
  }

  return {
    once,

    async open(file_id, signal) {
      const { file_path: path } = await once((raw, end) => raw.getFile({ file_id }, end), signal);
      const parts = path?.split('/') ?? [];
      // A server of one's own may name a place on its disk, which is nothing to ask it for.
      if (parts.length === 0 || parts.some((part) => part === '' || part === '.' || part === '..'))
        throw new TelegramFailure({ kind: 'unreachable' });
      try {
        return await outbound.fetch(`${root}/file/bot${token}/${parts.map(encodeURIComponent).join('/')}`, { signal });
      } catch {
        throw new TelegramFailure({ kind: 'unreachable' });
      }
    },

    // The library writes the name as it stands, and without quotes it would end at a semicolon.
    upload: ({ path, media }) => new InputFile(path, `"${media.name.replace(/[\p{Cc}"\\]/gu, '_')}"`),

    ask: (call) =>
      questions.ask(limits.chatAnswerMs, async (signal) => {
        const deadlineMs = monotonicMs() + limits.chatAnswerMs;
        for (;;) {
          try {
            return await once(call, signal);
          } catch (error) {
            const problem = error instanceof TelegramFailure ? error.problem : null;
            const waitMs = problem?.kind === 'flood' ? problem.seconds * 1_000 : Number.POSITIVE_INFINITY;
            if (monotonicMs() + waitMs >= deadlineMs || signal.aborted) throw error;
            await wait(waitMs, signal).catch(() => {
              throw error;
            });
          }
        }
      }),

    close() {
      questions.endAll();
      agent.destroy();
      // Nothing is left to hear of it.
      outbound.close().catch(() => undefined);
    },
  };
}

/** By what its errors hold: the class that was loaded is not the one a test or another copy sees. */
function telegramProblem(error: unknown, token: string): TelegramProblem {
  if (!(error instanceof Error) || !('error_code' in error) || !('description' in error))
    return { kind: 'unreachable' };
  const status = Number(error.error_code);
  const description = String(error.description).replaceAll(token, '…').slice(0, 300);
  const parameters: unknown = 'parameters' in error ? error.parameters : undefined;
  if (status === 401 || status === 404) return { kind: 'unauthorized' };
  if (status === 409) return { kind: 'conflict', description };
  if (status === 429) return { kind: 'flood', seconds: secondsOf(parameters) };
  return status >= 500 ? { kind: 'unreachable' } : { kind: 'refused', status, description };
}

function secondsOf(parameters: unknown): number {
  if (typeof parameters !== 'object' || parameters === null || !('retry_after' in parameters)) return 1;
  const seconds = Number(parameters.retry_after);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 1;
}
