/**
 * Updates of one bot, in their order, by long polling. An update is confirmed by asking for the ones after it, which happens
 * once it is on the record or of no use: what came while the record was away comes again. Telegram hands updates to one asker
 * at a time and says so to the other one.
 */
import { backoffMs } from '@/lib/platform/backoff';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { codeOf, isRecordAway, type PlatformStanding, type Wait } from './chat-platform';
import { createQuestions } from './questions';
import { type TelegramClient, TelegramFailure, type TelegramProblem } from './telegram-client';
import { parseTelegramUpdate, type TelegramUpdate, telegramUpdateKinds } from './telegram-updates';

export interface TelegramPolling {
  /** Nothing is asked for any more, and what was handled is confirmed. */
  stop(): Promise<void>;
}

export function startTelegramPolling(deps: {
  client: TelegramClient;
  standing: PlatformStanding;
  log: Log;
  wait: Wait;
  onUpdate: (update: TelegramUpdate) => Promise<void>;
}): TelegramPolling {
  const { client, standing, log, wait, onUpdate } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const questions = createQuestions();
  let offset = 0;
  let isConfirmed = true;

  const retryMs = (attempts: number) =>
    backoffMs(attempts, { firstMs: limits.chatRetryFirstMs, maxMs: limits.chatRetryMaxMs });

  async function handle(value: unknown): Promise<void> {
    const update = parseTelegramUpdate(value);
    if (!update) return;
    for (let attempts = 1; ; attempts += 1) {
      try {
        await onUpdate(update);
        break;
      } catch (error) {
        if (signal.aborted) throw error;
        if (!isRecordAway(error)) {
          log.warn({ code: codeOf(error) }, 'a message from Telegram was dropped');
          break;
        }
        await wait(retryMs(attempts), signal);
      }
    }
    // Not the largest: after a quiet week Telegram begins its numbers anew.
    offset = update.update_id + 1;
    isConfirmed = false;
  }

  async function poll(timeout: number, account?: string): Promise<void> {
    const updates: unknown[] = await questions.ask(timeout * 1_000 + limits.chatAnswerMs, (signal) =>
      client.once((raw, end) => raw.getUpdates({ offset, timeout, allowed_updates: telegramUpdateKinds }, end), signal),
    );
    isConfirmed = true;
    standing.ready(account);
    for (const update of updates) await handle(update);
  }

  async function run(): Promise<void> {
    const me = await questions.ask(limits.chatAnswerMs, (signal) => client.once((raw, end) => raw.getMe(end), signal));
    // Answered at once, so that a conflict shows before this is called ready.
    await poll(0, `@${me.username}`);
    while (!signal.aborted) await poll(limits.telegramPollSeconds);
  }

  async function runForGood(): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await run();
      } catch (error) {
        if (signal.aborted) return;
        const problem: TelegramProblem = error instanceof TelegramFailure ? error.problem : { kind: 'unreachable' };
        if (!(error instanceof TelegramFailure)) log.error({ code: codeOf(error) }, 'polling Telegram failed');
        const { status } = standing.state;
        if (status === 'ready') attempts = 1;
        const isPassing = problem.kind === 'unreachable' || problem.kind === 'flood';
        // What passes costs nobody the prompts that wait and the place among the updates, unless it lasts.
        if (!isPassing || standing.account === null || attempts > limits.chatRetries)
          return standing.failed(sentenceOf(problem));
        standing.starting();
        const waitMs = problem.kind === 'flood' ? problem.seconds * 1_000 : retryMs(attempts);
        await wait(waitMs, signal).catch(() => undefined);
      }
    }
  }

  async function confirm(): Promise<void> {
    if (isConfirmed) return;
    const ask = client.once(
      (raw, signal) => raw.getUpdates({ offset, limit: 1, timeout: 0, allowed_updates: telegramUpdateKinds }, signal),
      AbortSignal.timeout(limits.chatCloseMs),
    );
    // Then they come again, which whoever receives them is ready for.
    await ask.catch(() => undefined);
  }

  const running = runForGood();
  return {
    async stop() {
      stopping.abort();
      questions.endAll();
      await running;
      await confirm();
    },
  };
}

function sentenceOf(problem: TelegramProblem): string {
  switch (problem.kind) {
    case 'unauthorized':
      return 'Telegram does not know this token: it is wrong or was revoked. Get the current one from @BotFather, then remove this platform and add it again.';
    case 'conflict':
      return /webhook/i.test(problem.description)
        ? 'This bot has a webhook, so Telegram sends its messages elsewhere. Delete the webhook (deleteWebhook), or use a bot of its own here.'
        : 'Another program asks for the messages of this bot. Stop it, or use a bot of its own here. It is tried again by itself.';
    case 'flood':
      return `Telegram asks to wait ${problem.seconds} s. It is tried again by itself.`;
    case 'refused':
      return `Telegram refused (${problem.status}): ${problem.description}`;
    case 'unreachable':
      return 'Telegram cannot be reached. Check the network and the API root. It is tried again by itself.';
    default:
      return problem satisfies never;
  }
}
