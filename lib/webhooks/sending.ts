/** One attempt to deliver: where to, signed with what, and what came of it. */
import type { Clock } from '@/lib/platform/clock';
import { isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { createOutbound } from '@/lib/platform/outbound';
import type { Sealer } from '@/lib/platform/sealing';
import type { WebhookDeliveryModel, WebhookModel } from '@/prisma/generated/models';
import { openSecrets } from './rows';
import { signatureHeaders } from './signing';

export type DueDelivery = WebhookDeliveryModel & { webhook: WebhookModel };

export interface Attempt {
  /** `gone`: the receiver wants no more of them. `refused`: another attempt would end the same. */
  result: 'delivered' | 'failed' | 'refused' | 'gone';
  httpStatus: number | null;
  error: string | null;
}

/** Never rejects. What it says of a failure holds nothing of the receiver's answer: that would be a way to read inside. */
export async function sendDelivery(
  { id, body, webhook }: DueDelivery,
  { clock, sealer }: { clock: Clock; sealer: Sealer },
): Promise<Attempt> {
  const secrets = openSecrets(sealer, webhook.id, webhook.secrets);
  if (!secrets) {
    return refused('Its address cannot be read: the master key is another one. Remove this webhook and add it again.');
  }
  const timestampSeconds = Math.floor(clock.now() / 1_000);
  const signature = secrets.secret === null ? {} : signatureHeaders(secrets.secret, { id, timestampSeconds, body });
  const timeoutMs = limits.webhookTimeoutMs;
  const outbound = createOutbound({
    allowPrivateHost: webhook.allowPrivateHost ? new URL(secrets.url).hostname : undefined,
    timeoutMs,
  });
  try {
    const answer = await outbound.fetch(secrets.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Gatehouse', ...signature },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    return outcomeOf(answer.status);
  } catch (error) {
    if (isAppError(error) && error.code === 'ADDRESS_REFUSED') return refused(error.message);
    return { result: 'failed', httpStatus: null, error: reasonOf(error, timeoutMs) };
  } finally {
    await outbound.close().catch(() => undefined);
  }
}

function refused(error: string): Attempt {
  return { result: 'refused', httpStatus: null, error };
}

function outcomeOf(httpStatus: number): Attempt {
  if (httpStatus >= 200 && httpStatus < 300) return { result: 'delivered', httpStatus, error: null };
  if (httpStatus === 410) return { result: 'gone', httpStatus, error: 'The receiver says it is gone.' };
  const redirect = httpStatus >= 300 && httpStatus < 400;
  return {
    result: 'failed',
    httpStatus,
    error: redirect ? 'It answered with a redirect, which is not followed.' : `It answered ${httpStatus}.`,
  };
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `No answer within ${timeoutMs / 1_000} s.`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === '' ? 'It could not be reached.' : `It could not be reached (${code}).`;
}
