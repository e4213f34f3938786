import type { Approval } from '@/lib/contracts/approvals';
import type { AuditRow } from '@/lib/contracts/audit';
import type { ToolCall } from '@/lib/contracts/calls';
import type { CredentialSession } from '@/lib/contracts/credentials';
import type { RelayInstance, RelayMessage } from '@/lib/contracts/relay';
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

export function someApproval(fields: Partial<Approval> = {}): Approval {
  return {
    id: 'apr_a',
    runId: 'run_a',
    runTitle: 'Triage inbound issues',
    callId: 'call_a',
    connectorId: 'files',
    toolName: 'write_file',
    arguments: null,
    argumentsSha256: '0'.repeat(64),
    safety: 'write',
    why: 'its name says write',
    principal: { userId: 'dana', platform: 'discord' },
    plugin: null,
    status: 'pending',
    choice: null,
    requestedAt: at,
    expiresAt: '2026-11-22T10:05:00.000Z',
    decidedAt: null,
    decidedBy: null,
    reason: null,
    ...fields,
  };
}

export function someCall(fields: Partial<ToolCall> = {}): ToolCall {
  return {
    id: 'call_a',
    runId: 'run_a',
    tokenId: 'tok_a',
    via: 'http',
    connectorId: 'files',
    toolName: 'write_file',
    principal: { userId: 'dana', platform: 'discord' },
    traceId: null,
    claimed: null,
    safety: 'write',
    status: 'held',
    code: null,
    message: null,
    details: null,
    argumentsSha256: '0'.repeat(64),
    arguments: null,
    result: null,
    approvalId: null,
    decidedBy: null,
    steps: [],
    auditSeq: null,
    at,
    endedAt: null,
    tookMs: null,
    outputBytes: null,
    ...fields,
  };
}

export function someCredential(fields: Partial<CredentialSession> = {}): CredentialSession {
  return {
    id: 'a',
    runId: 'run_a',
    provider: 'aws',
    principalId: 'arn:aws:iam::123456789012:role/agents',
    status: 'active',
    policy: { allow: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*'] },
    ttlSeconds: 900,
    createdAt: at,
    expiresAt: '2026-11-22T10:15:00.000Z',
    endedAt: null,
    endReason: null,
    budgetUsd: null,
    spentUsd: 0,
    requestedBy: 'dana',
    reason: null,
    command: null,
    agentId: null,
    tags: {},
    accessKeyId: null,
    issued: 0,
    lastIssuedAt: null,
    issuedUntil: null,
    scopingEnforced: true,
    azureTenantId: null,
    hardRevokedAt: null,
    ...fields,
  };
}

export function someInstance(fields: Partial<RelayInstance> = {}): RelayInstance {
  return {
    id: 'rly_a',
    gatewayId: 'team-discord',
    tenant: 'default',
    status: 'live',
    identities: [],
    platform: 'discord',
    botId: 'support-bot',
    routeKeys: [],
    wakeUrl: null,
    buffer: { events: 0, bytes: 0, oldestAt: null, dropped: 0 },
    bindings: 0,
    createdBy: 'admin@example.com',
    createdAt: at,
    connectedAt: at,
    lastSeenAt: at,
    rotatedAt: null,
    revokedAt: null,
    revokeReason: null,
    ...fields,
  };
}

export function someMessage(fields: Partial<RelayMessage> = {}): RelayMessage {
  return {
    id: 'msg_a',
    instanceId: 'rly_a',
    chatId: 'op_1',
    thread: null,
    at,
    editedAt: null,
    author: 'operator',
    authorName: 'admin@example.com',
    text: 'Hello',
    media: [],
    prompt: null,
    ...fields,
  };
}
