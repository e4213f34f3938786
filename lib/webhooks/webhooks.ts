/** Webhooks: where people want to hear that a call waits, or that a run showed a secret. Admins make them; each is told to all. */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { LeakAlert } from '@/lib/contracts/leaks';
import type { CreateWebhookBody, Webhook, WebhookDelivery } from '@/lib/contracts/webhooks';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database, Prisma } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import type { Log } from '@/lib/platform/log';
import type { Sealer } from '@/lib/platform/sealing';
import { requireUsableAddress } from './address';
import { approvalNotice, bodyOf, leakNotice, type Notice, testNotice } from './bodies';
import { createDeliveryQueue } from './delivery-queue';
import { sealSecrets, shownDeliveries, toDelivery, toWebhook } from './rows';
import { newWebhookSecret } from './signing';

export interface WebhookService {
  /** Newest first, each with its last deliveries. */
  list(page: { limit: number; cursor?: string | undefined }): Promise<Page<Webhook>>;
  /** The only time the secret is seen. @throws AppError ADDRESS_REFUSED, BAD_REQUEST. */
  create(body: CreateWebhookBody, by: Actor): Promise<{ webhook: Webhook; secret: string | null }>;
  /** Off: what still waits to be told is dropped. @throws AppError NOT_FOUND. */
  update(id: string, body: { enabled: boolean }, by: Actor): Promise<Webhook>;
  remove(id: string, by: Actor): Promise<void>;
  /** Sends a test, once, and answers what came of it. */
  test(id: string, by: Actor): Promise<WebhookDelivery>;
  /** Tells an alert that nobody has seen. Never throws. */
  leakRaised(alert: LeakAlert): void;
  close(): Promise<void>;
}

export interface WebhookServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  publicUrl: string;
  lookMs?: number;
}

const withDeliveries = {
  deliveries: { orderBy: [{ at: 'desc' }, { id: 'desc' }], take: shownDeliveries },
} satisfies Prisma.WebhookInclude;
/** The attempt of a test is made by whoever asked. Only where the server stops meanwhile does the queue come to it. */
const testDueMs = 60_000;

/** Goes on with what waits from before, and tells each approval that is requested from now on. */
export function createWebhookService(options: WebhookServiceOptions): WebhookService {
  const { db, audit, bus, clock, log, sealer, publicUrl, lookMs = 5_000 } = options;
  const queue = createDeliveryQueue({ db, clock, log, sealer, lookMs, onGone: (id) => turnOff(id, serverActor) });
  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'approval.requested') tellLater((publicUrl) => approvalNotice(event.data, publicUrl));
  });
  queue.wake();

  function tellLater(notice: (publicUrl: string) => Notice): void {
    tell(notice).catch((error: unknown) => log.error({ err: error }, 'a notice could not be told to webhooks'));
  }

  async function tell(noticeOf: (publicUrl: string) => Notice): Promise<void> {
    const webhooks = await db.webhook.findMany({ where: { enabled: true }, select: { id: true, format: true } });
    if (webhooks.length === 0) return;
    const notice = noticeOf(publicUrl);
    await db.webhookDelivery.createMany({ data: webhooks.map((webhook) => deliveryOf(webhook, notice)) });
    queue.wake();
  }

  function deliveryOf({ id, format }: { id: string; format: string }, notice: Notice) {
    const at = new Date(clock.now());
    const body = bodyOf(notice, format as Webhook['format']);
    return { id: newId('dlv'), webhookId: id, event: notice.event, body, status: 'waiting', at, nextAttemptAt: at };
  }

  async function find(id: string) {
    const row = await db.webhook.findUnique({ where: { id }, include: withDeliveries });
    if (!row) throw new AppError('NOT_FOUND', { message: 'No such webhook.' });
    return row;
  }

  function record(
    action: string,
    { id, name, host }: { id: string; name: string; host: string },
    by: Actor,
    data = {},
  ) {
    return audit.append({ actor: actorName(by), action, target: id, data: { name, host, ...data } });
  }

  async function turnOff(id: string, by: Actor): Promise<void> {
    const row = await find(id);
    if (!row.enabled) return;
    await record('webhook.update', row, by, {
      enabled: false,
      ...(by.kind === 'server' && { because: 'It answered 410.' }),
    });
    await db.$transaction([
      db.webhook.update({ where: { id }, data: { enabled: false } }),
      db.webhookDelivery.updateMany({
        where: { webhookId: id, status: 'waiting' },
        data: { status: 'failed', nextAttemptAt: null, error: 'The webhook was turned off.' },
      }),
    ]);
  }

  return {
    async list({ limit, cursor }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.webhook.findMany({
        ...(after && {
          where: { OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.id } }] },
        }),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        include: withDeliveries,
      });
      return pageFrom(rows, limit, { cursor: (row) => [row.createdAt.getTime(), row.id], item: toWebhook });
    },

    async create({ name, url, format, allowPrivateHost }, by) {
      const target = requireUsableAddress(url, { allowPrivateHost });
      const id = newId('hook');
      const secret = format === 'generic' ? newWebhookSecret() : null;
      const row = {
        ...{ id, name, format, allowPrivateHost, host: target.origin, enabled: true },
        secrets: sealSecrets(sealer, id, { url: target.href, secret }),
        createdBy: actorLabel(by),
        createdAt: new Date(clock.now()),
      };
      await record('webhook.create', row, by, { format, allowPrivateHost });
      return { webhook: toWebhook(await db.webhook.create({ data: row, include: withDeliveries })), secret };
    },

    async update(id, { enabled }, by) {
      if (!enabled) await turnOff(id, by);
      else if (!(await find(id)).enabled) {
        await record('webhook.update', await find(id), by, { enabled });
        await db.webhook.update({ where: { id }, data: { enabled } });
      }
      return toWebhook(await find(id));
    },

    async remove(id, by) {
      await record('webhook.remove', await find(id), by);
      await db.webhook.deleteMany({ where: { id } });
    },

    async test(id, by) {
      const row = await find(id);
      await record('webhook.test', row, by);
      const notice = testNotice(toIso(clock.now()), publicUrl);
      const delivery = { ...deliveryOf(row, notice), nextAttemptAt: new Date(clock.now() + testDueMs) };
      await db.webhookDelivery.create({ data: delivery });
      await queue.tryNow(delivery.id);
      return toDelivery(await db.webhookDelivery.findUniqueOrThrow({ where: { id: delivery.id } }));
    },

    leakRaised: (alert) => tellLater((publicUrl) => leakNotice(alert, publicUrl)),

    async close() {
      unsubscribe();
      await queue.close();
    },
  };
}
