/** Approvals over a real SQLite file and a real record, with runs that are rows alone and a clock the test owns. */
import { createApprovalService } from '@/lib/approvals/approvals';
import type { HoldRequest } from '@/lib/approvals/held-calls';
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import type { Approval } from '@/lib/contracts/approvals';
import type { Role } from '@/lib/contracts/roles';
import type { Actor } from '@/lib/platform/actor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { createEventBus, type NumberedEvent } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { createLog } from '@/lib/platform/log';
import { sha256Hex } from '@/lib/platform/secrets';
import { temporaryDatabase } from '@/test/support/database';
import { manualClock } from '@/test/support/manual-clock';

export const person = (name: string, role: Role = 'operator'): Actor => ({
  kind: 'operator',
  id: `op_${name}`,
  email: `${name}@example.com`,
  role,
  sessionId: 'ses_1',
});

export async function approvalWorld({ ttlMs }: { ttlMs?: number } = {}) {
  const database = await temporaryDatabase();
  const clock = manualClock();
  const log = createLog('silent');
  const live = new Set<string>();
  const events: NumberedEvent[] = [];
  const settled: Approval[] = [];
  const changedRuns: string[] = [];
  let fails = false;

  async function make(db: Database) {
    const real = await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined });
    const audit: AuditLog = {
      ...real,
      append: (...given) => (fails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(...given)),
    };
    const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
    bus.subscribe((event) => void events.push(event));
    const approvals = createApprovalService({
      db,
      audit,
      bus,
      clock,
      log,
      runAcceptsCalls: (id) => live.has(id),
      onRunChanged: (id) => void changedRuns.push(id),
      ...(ttlMs !== undefined && { ttlMs }),
    });
    approvals.onSettled((approval) => void settled.push(approval));
    return { approvals, audit };
  }
  const made = await make(database.db);

  async function addRun(id = newId('run')): Promise<string> {
    const at = new Date(clock.now()).toISOString();
    database.insert('Run', [
      {
        ...{ id, title: `Title of ${id}`, kind: 'external', status: 'active', projectId: 'default' },
        ...{ principal: '{}', principalUserId: 'mira', startedBy: 'mira@example.com', tags: '{}' },
        ...{ startedAt: at, expiresAt: at, lastActivityAt: at },
        ...{ spentUsd: 0, tokenCount: 0, toolCalls: 0, denied: 0, approvalsPending: 0, recordingTruncated: 0 },
      },
    ]);
    live.add(id);
    return id;
  }

  function request(runId: string, over: Partial<HoldRequest> = {}): HoldRequest {
    const input = { path: 'notes/today.md', content: 'the secret plan' };
    return {
      id: newId('apr'),
      runId,
      runTitle: `Title of ${runId}`,
      callId: newId('call'),
      connectorId: 'files',
      toolName: 'write_file',
      arguments: input,
      argumentsSha256: sha256Hex(JSON.stringify(input)),
      safety: 'write',
      why: 'write_file is a write tool.',
      principal: { userId: 'mira', platform: 'console' },
      plugin: { id: 'notes', version: '1.0.0', tier: 'restricted' },
      ...over,
    };
  }

  /** As the gate does it: in the commit of the call's own row of the record. */
  async function hold(runId: string, over: Partial<HoldRequest> = {}): Promise<Approval> {
    const { approval, companion } = made.approvals.prepare(request(runId, over));
    await made.audit.append({ actor: `run:${runId}`, action: 'tool.call', target: approval.callId, outcome: 'ok' }, [
      companion,
    ]);
    made.approvals.open(approval);
    return approval;
  }

  return {
    ...made,
    db: database.db,
    tamper: database.tamper,
    clock,
    live,
    events,
    settled,
    changedRuns,
    addRun,
    request,
    hold,
    failRecord: (value: boolean) => {
      fails = value;
    },
    pendingOf: async (id: string) => (await database.db.run.findUniqueOrThrow({ where: { id } })).approvalsPending,
    row: (id: string) => database.db.approval.findUniqueOrThrow({ where: { id } }),
    actions: async () =>
      (await database.db.auditRow.findMany({ orderBy: { seq: 'asc' } }))
        .filter(({ action }) => action.startsWith('approval.'))
        .map(({ action, actor, outcome }) => `${action} ${actor} ${outcome}`),
    /** What a server that starts now on the same file would know. */
    async restart() {
      made.approvals.close();
      const { approvals } = await make(await database.reopen());
      await approvals.restore();
      return approvals;
    },
    async close() {
      made.approvals.close();
      await database.close();
    },
  };
}
export type ApprovalWorld = Awaited<ReturnType<typeof approvalWorld>>;
