import type { AuditRow } from '@/lib/contracts/audit';
import type { Run } from '@/lib/contracts/runs';
import type { ToolToken } from '@/lib/contracts/tokens';

const at = '2026-11-22T10:00:00.000Z';

export function someRun(fields: Partial<Run> = {}): Run {
  return {
    id: 'run_a',
    title: 'Triage inbound issues',
    kind: 'pty',
    status: 'active',
    projectId: 'issues',
    principal: { userId: 'dana', platform: 'discord' },
    startedBy: 'op_1',
    command: ['bash', '-l'],
    cwd: '/srv',
    pid: 1,
    pluginId: null,
    pluginSnapshotId: null,
    plugin: null,
    connectors: null,
    startedAt: at,
    endedAt: null,
    expiresAt: '2026-11-22T11:00:00.000Z',
    exitCode: null,
    signal: null,
    endReason: null,
    budget: null,
    tags: {},
    counts: { tokens: 1, toolCalls: 0, denied: 0, approvalsPending: 0 },
    lastActivityAt: at,
    recording: null,
    ...fields,
  };
}

export function someToken(fields: Partial<ToolToken> = {}): ToolToken {
  return {
    id: 'tok_a',
    runId: 'run_a',
    projectId: 'issues',
    status: 'active',
    issuedAt: at,
    expiresAt: '2026-11-22T10:15:00.000Z',
    lastUsedAt: null,
    allowedEndpoints: [],
    allowedOperations: [],
    endedAt: null,
    revocationReason: null,
    ...fields,
  };
}

export function someAuditRow(fields: Partial<AuditRow> = {}): AuditRow {
  return {
    seq: 1,
    at,
    actor: 'op_1',
    action: 'run.start',
    target: 'run_a',
    outcome: 'ok',
    data: {},
    prevHash: '',
    hash: '',
    ...fields,
  };
}

export function pagesOf<T>(...pages: T[][]) {
  return {
    pages: pages.map((items, index) => ({ items, nextCursor: index === pages.length - 1 ? null : `after-${index}` })),
    pageParams: pages.map((_, index) => (index === 0 ? null : `after-${index - 1}`)),
  };
}
