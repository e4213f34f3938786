/**
 * Actions on their way to a webhook: signed, under an id that is the same on every attempt. The address is an admin's, so it is
 * called by the rules of every address that people give us, and what it says of a failure goes to no gateway.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '@/lib/platform/clock';
import { isAppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { parseJson } from '@/lib/platform/json';
import { limits } from '@/lib/platform/limits';
import { createOutbound, type OutboundOptions } from '@/lib/platform/outbound';
import { signatureHeaders } from '@/lib/webhooks/signing';
import type { OutboundResult } from '../protocol/actions';
import { externalId } from '../protocol/fields';
import { chatTypes } from '../protocol/inbound';
import type { DirectAction } from './platform';

export interface WebhookSender {
  /** Never rejects. */
  post(action: DirectAction): Promise<OutboundResult>;
  close(): Promise<void>;
}

export interface WebhookSenderOptions {
  outboundUrl: string;
  allowPrivateHost: boolean;
  secret: string;
  clock: Clock;
  lookup?: OutboundOptions['lookup'] | undefined;
  /** How long an attempt may take. */
  timeoutMs?: number | undefined;
  retryAfterMs?: ((attempt: number) => number) | undefined;
}

/** What of an answer reaches the gateway. */
const webhookAnswer = z.object({
  message_id: externalId.nullish(),
  thread_id: externalId.nullish(),
  chat: z
    .object({ id: externalId, type: z.enum(chatTypes), name: z.string().max(512).nullable().default(null) })
    .nullish(),
});

type Attempt = { result: OutboundResult; isWorthAnother: boolean };

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { outboundUrl, allowPrivateHost, secret, clock, lookup } = options;
  const { timeoutMs = limits.relayWebhookTimeoutMs, retryAfterMs = (attempt: number) => attempt * 500 } = options;
  const outbound = createOutbound({
    ...{ timeoutMs, lookup },
    allowPrivateHost: allowPrivateHost ? new URL(outboundUrl).hostname : undefined,
  });
  const closing = new AbortController();

  async function attempt(id: string, body: string): Promise<Attempt> {
    const timestampSeconds = Math.floor(clock.now() / 1_000);
    try {
      const answer = await outbound.fetch(outboundUrl, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', 'user-agent': 'Gatehouse' },
          ...signatureHeaders(secret, { id, timestampSeconds, body }),
        },
        body,
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      return await outcomeOf(answer);
    } catch (error) {
      if (isAppError(error)) return final(error.message, 'address_refused');
      const isLate = error instanceof Error && error.name === 'TimeoutError';
      return isLate
        ? again(`the webhook did not answer within ${timeoutMs / 1_000} s`, 'timeout')
        : again('the webhook could not be reached', 'unreachable');
    }
  }

  return {
    async post(action) {
      const id = newId('act');
      const body = JSON.stringify(action);
      // Typing is over before a second attempt is there.
      const attempts = action.op === 'typing' ? 1 : limits.relayWebhookAttempts;
      for (let tried = 1; ; tried += 1) {
        const { result, isWorthAnother } = await attempt(id, body);
        if (!isWorthAnother || tried >= attempts || closing.signal.aborted) return result;
        await delay(retryAfterMs(tried), undefined, { signal: closing.signal }).catch(() => undefined);
      }
    },
    async close() {
      closing.abort();
      await outbound.close();
    },
  };
}

async function outcomeOf(answer: Response): Promise<Attempt> {
  const { status } = answer;
  if (status >= 200 && status < 300) return resultOf(await textOf(answer));
  await answer.body?.cancel();
  const error = `the webhook answered ${status}`;
  return status >= 500 || status === 429 ? again(error, 'failed') : final(error, 'refused');
}

/** It was taken: whatever is wrong with the answer, another attempt would do it a second time. */
function resultOf(text: string | null): Attempt {
  if (text === null) return final('the webhook answered with too much', 'answer_too_large');
  if (text.trim() === '') return { result: { success: true }, isWorthAnother: false };
  const parsed = webhookAnswer.safeParse(parseJson(text));
  // An answer of another form says nothing of the message.
  const { message_id, thread_id, chat } = parsed.data ?? {};
  return {
    result: {
      success: true,
      ...(message_id && { message_id }),
      ...(thread_id && { thread_id }),
      ...(chat && { chat }),
    },
    isWorthAnother: false,
  };
}

/** Null for one that is longer than anything we asked for. */
async function textOf({ body }: Response): Promise<string | null> {
  const reader = body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    bytes += value.length;
    if (bytes > limits.relayWebhookAnswerBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}

function final(error: string, code: string): Attempt {
  return { result: { success: false, error, code }, isWorthAnother: false };
}
function again(error: string, code: string): Attempt {
  return { result: { success: false, error, code }, isWorthAnother: true };
}
