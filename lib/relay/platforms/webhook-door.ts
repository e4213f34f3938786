/**
 * The way in for signed messages. It promises that each was signed with the secret over its very bytes, within the last minutes,
 * and that none is delivered twice: the ids of that time are remembered, and where there are too many of them, what is older
 * than the forgotten is asked for again, never let through.
 */
import { isUtf8 } from 'node:buffer';
import type { Clock } from '@/lib/platform/clock';
import { AppError, isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { parseJsonBody } from '@/lib/platform/parse';
import { isSigned } from '@/lib/webhooks/signing';
import type { ConnectedPlatform, PlatformEdge } from './platform';
import { signatureRefused } from './refusal';
import { eventOfWebhook, webhookMessage } from './webhook-body';

type Request = Parameters<NonNullable<ConnectedPlatform['receive']>>[0];

export interface Accepted {
  outcome: 'accepted';
}

export interface WebhookDoor {
  /** @throws AppError UNAUTHENTICATED, BAD_REQUEST; RELAY_BUFFER_FULL, AUDIT_UNAVAILABLE, CAPACITY for what is to be sent again. */
  receive(request: Request): Promise<Accepted>;
}

/** The same for everybody: whether an author is linked is nobody's business who posts here. */
const accepted: Accepted = { outcome: 'accepted' };

export function createWebhookDoor(deps: {
  name: string;
  secret: string;
  edge: PlatformEdge;
  clock: Clock;
  maxIds?: number;
}): WebhookDoor {
  const { name, secret, edge, clock, maxIds = limits.relayWebhookIds } = deps;
  /** By the id of the message, oldest first. */
  const answers = new Map<string, { answer: Promise<Accepted>; signedSeconds: number }>();
  /** What was signed before this may have been seen and forgotten: by us, or by this server before it was started. */
  let floorSeconds = Math.floor(clock.now() / 1_000);

  function forgetOld(): void {
    for (const [id, { signedSeconds }] of answers) {
      const isOver = signedSeconds * 1_000 + limits.relayWebhookWindowMs < clock.now();
      if (!isOver && answers.size < maxIds) return;
      if (!isOver) floorSeconds = Math.max(floorSeconds, signedSeconds + 1);
      answers.delete(id);
    }
  }

  async function deliver(body: Buffer): Promise<Accepted> {
    if (!isUtf8(body)) throw new AppError('BAD_REQUEST', { message: 'The body is not UTF-8.' });
    const message = parseJsonBody(webhookMessage, body.toString('utf8'));
    const author = { userId: message.user.id, userName: message.user.name ?? null };
    try {
      await edge.message(author, eventOfWebhook(name, message));
    } catch (error) {
      // Neither whose instance ended nor who tried too many codes is told to who posts; sending it again would end alike.
      if (isAppError(error) && silent.has(error.code)) return accepted;
      throw error;
    }
    return accepted;
  }

  return {
    async receive({ headers, body }) {
      const { id, signedSeconds } = requireSigned(headers, body, { secret, nowMs: clock.now() });
      const known = answers.get(id);
      if (known) return known.answer;
      forgetOld();
      if (signedSeconds < floorSeconds)
        throw new AppError('CAPACITY', { message: 'Sign it anew and send it again.', retryAfterSeconds: 1 });
      const answer = deliver(body);
      answers.set(id, { answer, signedSeconds });
      try {
        return await answer;
      } catch (error) {
        // Nothing was delivered: the next attempt is the first.
        answers.delete(id);
        throw error;
      }
    },
  };
}

const silent: ReadonlySet<string> = new Set(['RATE_LIMITED', 'RELAY_INSTANCE_DISABLED']);

function requireSigned(
  headers: Request['headers'],
  body: Buffer,
  { secret, nowMs }: { secret: string; nowMs: number },
): { id: string; signedSeconds: number } {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  });
  const isWhole = id && id.length <= 256 && timestamp && /^[1-9]\d{0,11}$/.test(timestamp) && signatures;
  if (!isWhole || !isSigned(secret, { id, timestamp, body, signatures }) || isStale(timestamp, nowMs))
    throw new AppError('UNAUTHENTICATED', { message: signatureRefused });
  return { id, signedSeconds: Number(timestamp) };
}

/** Either way: a time to come would be good for longer than ids are remembered. */
function isStale(timestamp: string, nowMs: number): boolean {
  return Math.abs(nowMs - Number(timestamp) * 1_000) > limits.relayWebhookWindowMs;
}
