/** Webhooks over a real SQLite file, with a clock the test owns. */
import { openAuditLog } from '@/lib/audit/log';
import type { Approval } from '@/lib/contracts/approvals';
import type { Database } from '@/lib/platform/database';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { createSealer } from '@/lib/platform/sealing';
import { newSecret } from '@/lib/platform/secrets';
import { createWebhookService } from '@/lib/webhooks/webhooks';
import { temporaryDatabase } from '@/test/support/database';
import { manualClock } from '@/test/support/manual-clock';

export async function webhookWorld() {
  const database = await temporaryDatabase();
  const clock = manualClock();
  const log = createLog('silent');
  const sealer = createSealer(newSecret());
  const bus = createEventBus({ clock, replayLimit: 10, onListenerError: () => undefined });
  const make = async (db: Database, sealedBy = sealer) =>
    createWebhookService({
      ...{ db, bus, clock, log, sealer: sealedBy, publicUrl: 'https://gatehouse.example.com', lookMs: 10 },
      audit: await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined }),
    });
  let webhooks = await make(database.db);
  return {
    db: database.db,
    clock,
    get webhooks() {
      return webhooks;
    },
    ask: (over: Partial<Approval> = {}) =>
      bus.publish({ type: 'approval.requested', data: { ...approval, ...over, arguments: null } }),
    deliveries: async () => (await webhooks.list({ limit: 1 })).items[0]?.deliveries ?? [],
    actions: async () => (await database.db.auditRow.findMany({ orderBy: { seq: 'asc' } })).map(({ action }) => action),
    async restart(masterKeyChanged = false) {
      await webhooks.close();
      webhooks = await make(await database.reopen(), masterKeyChanged ? createSealer(newSecret()) : sealer);
    },
    async close() {
      await webhooks.close();
      await database.close();
    },
  };
}
export type WebhookWorld = Awaited<ReturnType<typeof webhookWorld>>;

export const approval: Approval = {
  id: 'apr_1',
  runId: 'run_1',
  runTitle: 'Nightly sweep',
  callId: 'call_1',
  connectorId: 'files',
  toolName: 'write_file',
  arguments: null,
  argumentsSha256: 'a'.repeat(64),
  safety: 'write',
  why: 'write_file is a write tool.',
  principal: { userId: 'mira', platform: 'console' },
  plugin: null,
  status: 'pending',
  choice: null,
  requestedAt: '2026-11-22T12:00:00.000Z',
  expiresAt: '2026-11-22T12:05:00.000Z',
  decidedAt: null,
  decidedBy: null,
  reason: null,
};
