/** Run rows to the wire and back. JSON columns are parsed here and nowhere else. */
import type { AgentEvent, Principal, Run, RunKind, RunStatus } from '@/lib/contracts/runs';
import type { AgentEventModel, RunModel } from '@/prisma/generated/models';

export function toRun(row: RunModel): Run {
  return {
    id: row.id,
    title: row.title,
    kind: row.kind as RunKind,
    status: row.status as RunStatus,
    projectId: row.projectId,
    principal: JSON.parse(row.principal) as Principal,
    startedBy: row.startedBy,
    command: row.command === null ? null : (JSON.parse(row.command) as string[]),
    cwd: row.cwd,
    pid: row.pid,
    pluginId: row.pluginId,
    pluginSnapshotId: row.pluginSnapshotId,
    plugin: row.plugin === null ? null : (JSON.parse(row.plugin) as Run['plugin']),
    connectors: parseList(row.connectors),
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    exitCode: row.exitCode,
    signal: row.signal,
    endReason: row.endReason,
    budget:
      row.budgetLimitUsd === null && row.spentUsd === 0
        ? null
        : { limitUsd: row.budgetLimitUsd, spentUsd: row.spentUsd },
    tags: JSON.parse(row.tags) as Record<string, string>,
    counts: {
      tokens: row.tokenCount,
      toolCalls: row.toolCalls,
      denied: row.denied,
      approvalsPending: row.approvalsPending,
    },
    lastActivityAt: row.lastActivityAt.toISOString(),
    recording:
      row.recordingBytes === null
        ? null
        : { bytes: row.recordingBytes, sha256: row.recordingSha256, truncated: row.recordingTruncated },
  };
}

export function toAgentEvent(row: AgentEventModel): AgentEvent {
  return {
    runId: row.runId,
    seq: row.seq,
    at: row.at.toISOString(),
    type: row.type,
    data: JSON.parse(row.data) as Record<string, unknown>,
  };
}

/** A column that holds a JSON array of strings, or null for all. */
export function parseList(text: string | null): string[] | null {
  return text === null ? null : (JSON.parse(text) as string[]);
}
