/** The gate over a real database, record and approvals, with a connector that journals what reaches it. */
import { createApprovalService } from '@/lib/approvals/approvals';
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import type { RecordWriter } from '@/lib/audit/record-writer';
import { createCallService } from '@/lib/calls/calls';
import { createInFlightCalls } from '@/lib/calls/in-flight';
import type { CallableTool, ConnectorState, ToolInvocation, ToolOutcome } from '@/lib/connectors/directory';
import type { ApprovalMode, SafetyClass } from '@/lib/contracts/connectors';
import type { Lock, LockTarget } from '@/lib/contracts/locks';
import type { PluginTier } from '@/lib/contracts/plugins';
import type { TraceRecord } from '@/lib/contracts/traces';
import { createGate } from '@/lib/gate/gate';
import { createRates } from '@/lib/gate/rates';
import type { GateRequest } from '@/lib/gate/request';
import type { LockSubjects } from '@/lib/locks/lock-index';
import type { Actor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { createLog } from '@/lib/platform/log';
import type { PluginState } from '@/lib/plugins/plugin-state';
import { createPrivilegeMasks } from '@/lib/privileges/privilege-index';
import { createLiveRuns, type LiveRun } from '@/lib/runs/live-runs';
import { ToolTokenRegistry } from '@/lib/tokens/registry';
import { type TestDatabase, temporaryDatabase } from '@/test/support/database';
import { manualClock } from '@/test/support/manual-clock';

export const operator: Actor = {
  kind: 'operator',
  id: 'op_1',
  email: 'ines@example.com',
  role: 'operator',
  sessionId: 'ses_1',
};
export const generous = { callsPerMinute: 1_000_000, callsPerRun: 1_000_000, outputBytes: 262_144, timeoutSeconds: 60 };

export function tool(
  name: string,
  safety: SafetyClass = 'read',
  approval: ApprovalMode = safety === 'read' ? 'auto' : 'confirm',
): CallableTool {
  return {
    name,
    description: '',
    inputSchema: {},
    annotations: undefined,
    safety,
    approval,
    overridden: false,
    why: `its name says ${safety}`,
    validate: (input) => (input.bad === undefined ? [] : ['bad: must not be there']),
  };
}

export function connector(id: string, more: Partial<ConnectorState> = {}): ConnectorState {
  const tools = new Map(
    [tool('echo'), tool('write', 'write'), tool('off', 'destructive', 'disabled')].map((each) => [each.name, each]),
  );
  const state = { id, name: id, builtin: false, enabled: true, status: 'ready', error: undefined } as const;
  return { ...state, limits: generous, tools, ...more };
}

/** The code of what a call was refused with, or `ok`. */
export function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: AppError) => error.code,
  );
}

export interface StartedRun {
  id: string;
  token: string;
  run: LiveRun;
}

export async function gateWorld({
  writerFor = (database) => database.openWriter(),
}: {
  writerFor?: (database: TestDatabase) => RecordWriter;
} = {}) {
  const database = await temporaryDatabase();
  const { db } = database;
  const clock = manualClock();
  const log = createLog('silent');
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  const real = await openAuditLog({ writer: writerFor(database), clock, log, onAppended: () => undefined });
  let auditFails = false;
  const audit: AuditLog = {
    ...real,
    append: (event, companions) =>
      auditFails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(event, companions),
  };
  const live = createLiveRuns();
  const registry = new ToolTokenRegistry({ clock });
  const plugins = new Map<string, PluginState>();
  const connectors = new Map([connector('files'), connector('mail')].map((each) => [each.id, each]));
  const locks: Lock[] = [];
  const traces = new Map<string, TraceRecord>();
  const privileges = createPrivilegeMasks();
  let elsewhere: ((traceId: string) => Promise<TraceRecord | null>) | undefined;
  const reached: ToolInvocation[] = [];
  let serve = async ({ input }: ToolInvocation): Promise<ToolOutcome> => {
    const text = JSON.stringify(input);
    return { output: { content: [{ type: 'text', text }] }, bytes: text.length, redactions: 0 };
  };
  const directory = {
    get: (id: string) => connectors.get(id),
    all: () => [...connectors.values()],
    execute(invocation: ToolInvocation) {
      reached.push(invocation);
      return serve(invocation);
    },
  };
  const inFlight = createInFlightCalls();
  const calls = createCallService({ db, clock });

  function build() {
    const approvals = createApprovalService({
      db,
      audit,
      bus,
      clock,
      log,
      runAcceptsCalls: (runId) => live.accepting(runId) !== undefined,
      onRunChanged: () => undefined,
    });
    const gate = createGate({
      registry,
      live,
      locks: { find: (subjects) => locks.find((lock) => bites(lock.target, subjects)) },
      traces: { find: (traceId) => elsewhere?.(traceId) ?? traces.get(traceId) ?? null },
      privileges,
      plugins: { current: (id) => plugins.get(id) },
      connectors: directory,
      held: approvals,
      rates: createRates(),
      publicUrl: 'http://127.0.0.1:3000',
      audit,
      bus,
      clock,
      log,
      calls,
      inFlight,
      leaks: { found: () => undefined },
      onDecided: () => undefined,
    });
    return { approvals, gate };
  }
  let built = build();

  async function startRun(more: Partial<LiveRun> = {}): Promise<StartedRun> {
    const id = newId('run');
    const run = live.add({
      command: null,
      id,
      kind: 'external',
      projectId: 'p1',
      title: 'Triage',
      principal: { userId: 'dana', platform: 'discord' },
      pluginId: null,
      cwd: null,
      plugin: null,
      connectors: null,
      startedById: 'op_2',
      allowedEndpoints: null,
      allowedOperations: null,
      budgetLimitUsd: null,
      spentUsd: 0,
      startedAtMs: clock.now(),
      expiresAtMs: clock.now() + 3_600_000,
      lastActivityMs: clock.now(),
      ...more,
    });
    await db.run.create({
      data: {
        id,
        title: run.title,
        kind: 'external',
        status: 'active',
        projectId: run.projectId,
        principal: JSON.stringify(run.principal),
        principalUserId: run.principal.userId,
        startedBy: 'test',
        startedAt: new Date(run.startedAtMs),
        expiresAt: new Date(run.expiresAtMs),
        tags: '{}',
        lastActivityAt: new Date(run.startedAtMs),
      },
    });
    const { token } = registry.mint({ runId: id, projectId: run.projectId, notAfterMs: run.expiresAtMs });
    return { id, token, run };
  }

  return {
    db,
    clock,
    registry,
    live,
    plugins,
    connectors,
    locks,
    traces,
    privileges,
    reached,
    inFlight,
    calls,
    audit,
    get gate() {
      return built.gate;
    },
    get approvals() {
      return built.approvals;
    },
    startRun,
    /** Records that are not in memory. */
    findElsewhere(find: typeof elsewhere) {
      elsewhere = find;
    },
    serve(handler: typeof serve) {
      serve = handler;
    },
    failAudit(fails: boolean) {
      auditFails = fails;
    },
    install(id: string, tier: PluginTier, capabilities: string[] = []) {
      const granted = new Map(capabilities.map((capability) => [capability, Number.POSITIVE_INFINITY]));
      plugins.set(id, { id, name: id, version: '1.0.0', digest: '0'.repeat(64), tier, granted });
    },
    lock(target: LockTarget, message = 'locked for the drill') {
      locks.push({
        id: newId('lck'),
        target,
        message,
        createdBy: 'ines',
        createdAt: new Date(clock.now()).toISOString(),
        expiresAt: null,
      });
    },
    /** As a revoke does it, without processes and sockets. */
    async endRun({ id, run }: StartedRun) {
      run.acceptsCalls = false;
      built.gate.endRun(id, 'The run was ended.');
      registry.revokeRun(id, 'manual');
      return built.approvals.cancelRun(id);
    },
    /** What a new process finds: the database and nothing else. */
    async restart() {
      built.approvals.close();
      built = build();
      await built.approvals.restore();
      await built.gate.recover();
    },
    actions: async (target: string) =>
      (await db.auditRow.findMany({ where: { target }, orderBy: { seq: 'asc' } })).map(({ action }) => action),
    async close() {
      built.approvals.close();
      await built.gate.settled();
      await real.drain();
      registry.clear();
      await database.close();
    },
  };
}
export type GateWorld = Awaited<ReturnType<typeof gateWorld>>;

function bites({ kind, id }: LockTarget, subjects: LockSubjects): boolean {
  switch (kind) {
    case 'user':
      return subjects.userIds?.includes(id) ?? false;
    case 'plugin':
      return subjects.pluginId === id;
    case 'project':
      return subjects.projectId === id;
    case 'operator':
      return subjects.operatorId === id;
    case 'connector':
      return subjects.connectorId === id;
    default:
      return kind satisfies never;
  }
}

/** A call over HTTP, as an agent makes it. */
export function callWith(
  token: string,
  more: Partial<GateRequest> & { to?: string; tool?: string; input?: Record<string, unknown> } = {},
): GateRequest {
  const { to = 'files', tool: toolName = 'echo', input = {}, ...rest } = more;
  return {
    via: 'http',
    credential: { kind: 'bearer', token },
    endpoint: '/api/tools/connectors/execute',
    operation: 'connectors:execute',
    traceId: null,
    target: () => ({ connectorId: to, toolName, input }),
    waitMs: 0,
    leaving: new AbortController().signal,
    ...rest,
  };
}
