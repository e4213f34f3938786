import { z } from 'zod';
import { isoTime, label, pageQuery, reason } from './common';
import { credentialProviders, credentialRequest } from './credentials';
import { pluginTiers } from './plugins';
import { endedRunStatuses, isLiveRun, liveRunStatuses, type RunStatus, runStatuses } from './run-status';

export const runKinds = ['pty', 'external', 'relay'] as const;
export type RunKind = (typeof runKinds)[number];

/** Whether its process is a child of this server: such a run has a terminal and a recording, and ends with its process. */
export function hasTerminal({ kind, command }: { kind: RunKind; command: readonly string[] | null }): boolean {
  return kind === 'pty' || (kind === 'relay' && command !== null);
}

export { endedRunStatuses, isLiveRun, liveRunStatuses, type RunStatus, runStatuses };

export const principal = z.strictObject({
  userId: label(200),
  platform: label(64).default('console'),
  guildId: label(200).optional(),
  channelId: label(200).optional(),
  userAliases: z.array(label(200)).max(50).optional(),
});
export type Principal = z.infer<typeof principal>;

export const projectId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1–100 letters, digits, dots, dashes or underscores');

/** Whole seconds, one minute to one day. */
export const runTtlSeconds = z.number().int().min(60).max(86_400);

export const allowList = z.array(label(200)).min(1).max(50);

export const createRunBody = z.strictObject({
  title: label(200),
  projectId,
  kind: z.enum(['pty', 'external']),
  command: z
    .array(
      z
        .string()
        .max(32_768)
        .refine((arg) => !arg.includes('\0'), 'must not hold a NUL character'),
    )
    .min(1)
    .max(256)
    .optional(),
  cwd: z.string().min(1).max(4096).optional(),
  env: z.record(z.string(), z.string().max(32_768)).optional(),
  /** The plugin it runs under: bounded by that plugin's grants, with its command where none is given. */
  pluginId: z.string().max(64).optional(),
  /** Connectors it may call at most; all when absent. */
  connectors: z.array(z.string().max(64)).max(200).optional(),
  principal,
  ttlSeconds: runTtlSeconds.default(3600),
  budgetUsd: z.number().positive().max(1_000_000).optional(),
  allowedEndpoints: allowList.optional(),
  allowedOperations: allowList.optional(),
  tags: z.record(label(64), z.string().max(256)).optional(),
  /** Access to clouds for as long as it lives, at most one of each provider. */
  credentials: z.array(credentialRequest).max(credentialProviders.length).optional(),
  cols: z.number().int().min(1).max(1000).optional(),
  rows: z.number().int().min(1).max(1000).optional(),
  /** Keeps the first output, and the news of the end, for the first viewer, who comes within 10 s: for a command line that
   *  starts a run and joins it, however short the run is. */
  awaitViewer: z.boolean().optional(),
});
export type CreateRunBody = z.infer<typeof createRunBody>;
/** What this server starts by itself as well: a run of the relay, whose process is its own where it has a command. */
export type StartRunBody = Omit<CreateRunBody, 'kind'> & { kind: RunKind };

export const run = z.object({
  id: z.string(),
  title: z.string(),
  kind: z.enum(runKinds),
  status: z.enum(runStatuses),
  projectId: z.string(),
  principal,
  startedBy: z.string(),
  command: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  pid: z.number().int().nullable(),
  pluginId: z.string().nullable(),
  pluginSnapshotId: z.string().nullable(),
  /** What was frozen of the plugin when the run started; the gate asks its current state. */
  plugin: z.object({ version: z.string(), tier: z.enum(pluginTiers), digest: z.string() }).nullable(),
  /** The connectors it may call at most; null for all. */
  connectors: z.array(z.string()).nullable(),
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  expiresAt: isoTime,
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  endReason: z.string().nullable(),
  budget: z.object({ limitUsd: z.number().nullable(), spentUsd: z.number() }).nullable(),
  tags: z.record(z.string(), z.string()),
  counts: z.object({
    tokens: z.number().int(),
    toolCalls: z.number().int(),
    denied: z.number().int(),
    approvalsPending: z.number().int(),
  }),
  lastActivityAt: isoTime,
  recording: z.object({ bytes: z.number().int(), sha256: z.string().nullable(), truncated: z.boolean() }).nullable(),
});
export type Run = z.infer<typeof run>;

export const createdRun = z.object({
  run,
  token: z.object({ id: z.string(), token: z.string(), expiresAt: isoTime }).optional(),
  /** For the process of an external run with cloud access, once. */
  env: z.record(z.string(), z.string()).optional(),
  /** What differs from what was asked, as sentences. */
  notices: z.array(z.string()).optional(),
});

export type CreatedRun = z.infer<typeof createdRun>;

export const runSorts = ['-startedAt', 'startedAt', '-lastActivityAt', 'lastActivityAt'] as const;

/** `status` is a comma list of statuses, or `live` or `ended`. */
export const runStatusFilter = z
  .string()
  .transform((text) => text.split(',').flatMap(expandStatus))
  .pipe(z.array(z.enum(runStatuses)).min(1));
function expandStatus(word: string): string[] {
  if (word === 'live') return liveRunStatuses;
  if (word === 'ended') return endedRunStatuses;
  return [word.trim()];
}

const filterFields = {
  status: runStatusFilter.optional(),
  q: z.string().max(200).optional(),
  projectId: z.string().max(100).optional(),
  pluginId: z.string().max(100).optional(),
  userId: z.string().max(200).optional(),
  /** Of the principal, beside `userId`. */
  platform: z.string().max(64).optional(),
  kind: z.enum(runKinds).optional(),
  /** `name:value`, the name without a colon: runs that carry this very tag. */
  tag: z
    .string()
    .max(330)
    .regex(/^[A-Za-z0-9._-]{1,64}:/, 'must be a tag as name:value')
    .optional(),
};
export const runFilter = z.strictObject({ ...filterFields, sort: z.enum(runSorts).optional() });
export type RunFilter = z.infer<typeof runFilter>;
export const listRunsQuery = pageQuery.extend({ ...filterFields, sort: z.enum(runSorts).default('-startedAt') });
export type ListRunsQuery = z.infer<typeof listRunsQuery>;

export const revokeBody = z.strictObject({ reason });

/** What a revoke ended, in counts. */
export const endedCounts = z.object({
  tokens: z.number().int(),
  terminals: z.number().int(),
  processes: z.number().int(),
  sockets: z.number().int(),
  approvals: z.number().int(),
  credentials: z.number().int(),
});
export type EndedCounts = z.infer<typeof endedCounts>;

export const revokeResult = z.object({ runId: z.string(), revoked: endedCounts, tookMs: z.number() });
export type RevokeResult = z.infer<typeof revokeResult>;

export const maxRunsPerRevoke = 1000;
export const runSelection = z.strictObject({
  ids: z.array(z.string().max(64)).min(1).max(maxRunsPerRevoke).optional(),
  filter: runFilter.optional(),
});
export const revokeManyBody = runSelection.extend({ reason });
export const revokeManyResult = z.object({
  results: z.array(
    z.object({
      runId: z.string(),
      ok: z.boolean(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});

/** What revoking a selection would end, and the ids it is frozen to. */
export const revokeImpact = endedCounts.extend({ runs: z.number().int(), ids: z.array(z.string()) });
export type RevokeImpact = z.infer<typeof revokeImpact>;

export const endRunBody = z.strictObject({ exitCode: z.number().int().min(0).max(255).optional() });
export const spendBody = z.strictObject({
  usd: z.number().nonnegative().max(1_000_000),
  source: label(100),
});
export const spendResult = z.object({
  spentUsd: z.number(),
  limitUsd: z.number().nullable(),
  exceeded: z.boolean(),
});

/** One line a run published on `/api/pub`. */
export const agentEvent = z.object({
  runId: z.string(),
  seq: z.number().int(),
  at: isoTime,
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type AgentEvent = z.infer<typeof agentEvent>;
