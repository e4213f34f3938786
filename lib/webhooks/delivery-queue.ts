/**
 * Deliveries on their way: rows first, so that a restart goes on with them. Each is tried until it is taken or a day has
 * passed. A receiver that hangs holds up no other one.
 */
import { backoffMs } from '@/lib/platform/backoff';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { Sealer } from '@/lib/platform/sealing';
import { type Attempt, type DueDelivery, sendDelivery } from './sending';

export interface DeliveryQueue {
  /** Looks for what is due, now. */
  wake(): void;
  /** Resolves when this one was tried once, whatever came of it. */
  tryNow(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface DeliveryQueueOptions {
  db: Database;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  /** The receiver answered 410. */
  onGone: (webhookId: string) => Promise<void>;
  /** It looks at least this often. */
  lookMs: number;
}

const atOnce = 16;
const atOncePerWebhook = 4;
/** Finished deliveries kept of one webhook. */
const keptDeliveries = 100;
const unwrittenMs = 60_000;
const retry = { firstMs: 5_000, maxMs: 60 * 60_000 };

export function createDeliveryQueue({ db, clock, log, sealer, onGone, lookMs }: DeliveryQueueOptions): DeliveryQueue {
  /** Delivery → its webhook. */
  const inFlight = new Map<string, string>();
  const attempts = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let closed = false;

  const countOf = (webhookId: string) => [...inFlight.values()].filter((id) => id === webhookId).length;

  function wake(): void {
    if (closed) return;
    lookAgain = true;
    looking ??= look()
      .catch((error: unknown) => log.error({ err: error }, 'webhook deliveries could not be looked for'))
      .finally(() => {
        looking = null;
        clearTimeout(timer);
        if (!closed) timer = setTimeout(wake, lookMs).unref();
      });
  }

  async function look(): Promise<void> {
    while (lookAgain && !closed) {
      lookAgain = false;
      if (inFlight.size >= atOnce) return;
      const busy = [...new Set(inFlight.values())].filter((id) => countOf(id) >= atOncePerWebhook);
      const due = await db.webhookDelivery.findMany({
        where: {
          status: 'waiting',
          nextAttemptAt: { lte: new Date(clock.now()) },
          id: { notIn: [...inFlight.keys()] },
          webhookId: { notIn: busy },
        },
        orderBy: { nextAttemptAt: 'asc' },
        take: atOnce,
        include: { webhook: true },
      });
      for (const delivery of due) {
        if (inFlight.size >= atOnce || countOf(delivery.webhookId) >= atOncePerWebhook || inFlight.has(delivery.id))
          continue;
        // Another webhook's deliveries may stand behind those of this one.
        lookAgain = true;
        void start(delivery);
      }
    }
  }

  function start(delivery: DueDelivery): Promise<void> {
    inFlight.set(delivery.id, delivery.webhookId);
    const attempt = carryOut(delivery)
      .then(
        () => release(delivery.id),
        (error: unknown) => {
          log.error({ err: error, deliveryId: delivery.id }, 'what came of a webhook delivery could not be written');
          // It is still due, and would be sent again and again for as long as the database takes no writes.
          setTimeout(() => release(delivery.id), unwrittenMs).unref();
        },
      )
      .finally(() => attempts.delete(attempt));
    attempts.add(attempt);
    return attempt;
  }

  function release(id: string): void {
    inFlight.delete(id);
    wake();
  }

  async function carryOut(delivery: DueDelivery): Promise<void> {
    const attempt = await sendDelivery(delivery, { clock, sealer });
    await db.webhookDelivery.updateMany({
      where: { id: delivery.id, status: 'waiting' },
      data: after(delivery, attempt),
    });
    if (attempt.result === 'gone') await onGone(delivery.webhookId);
    await prune(delivery.webhookId);
  }

  function after(delivery: DueDelivery, { result, httpStatus, error }: Attempt) {
    const tried = delivery.attempts + 1;
    const nextMs = clock.now() + backoffMs(tried, retry);
    const again =
      result === 'failed' && delivery.event !== 'test' && nextMs <= delivery.at.getTime() + limits.webhookRetryMs;
    return {
      attempts: tried,
      httpStatus,
      error,
      status: result === 'delivered' ? 'delivered' : again ? 'waiting' : 'failed',
      nextAttemptAt: again ? new Date(nextMs) : null,
    };
  }

  async function prune(webhookId: string): Promise<void> {
    await db.$executeRaw`
      DELETE FROM "WebhookDelivery" WHERE "webhookId" = ${webhookId} AND "status" <> 'waiting' AND "id" NOT IN
        (SELECT "id" FROM "WebhookDelivery" WHERE "webhookId" = ${webhookId} ORDER BY "at" DESC, "id" DESC LIMIT ${keptDeliveries})`;
  }

  return {
    wake,
    async tryNow(id) {
      const delivery = await db.webhookDelivery.findUnique({ where: { id }, include: { webhook: true } });
      if (delivery) await start(delivery);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
      await Promise.all(attempts);
    },
  };
}
