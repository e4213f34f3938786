/**
 * The rules of the gate, one small function each. They look at what they are given and change nothing: what a call uses up is
 * taken when it is let through. The order in which they are asked, and so which refusal wins, is `authorise.ts`.
 */
import type { HeldCalls } from '@/lib/approvals/held-calls';
import type { CallableTool, ConnectorDirectory, ConnectorState } from '@/lib/connectors/directory';
import type { Lock } from '@/lib/contracts/locks';
import type { Principal } from '@/lib/contracts/runs';
import type { LockIndex } from '@/lib/locks/lock-index';
import { AppError, type ErrorCode } from '@/lib/platform/errors';
import { grantedNow, holds, type PluginIndex, type PluginState } from '@/lib/plugins/plugin-state';
import { bitOf } from '@/lib/privileges/bits';
import type { PrivilegeIndex } from '@/lib/privileges/privilege-index';
import type { LiveRun, LiveRuns } from '@/lib/runs/live-runs';
import type { ToolTokenRegistry } from '@/lib/tokens/registry';
import type { TraceLookup } from '@/lib/traces/trace-store';
import type { Rates } from './rates';
import type { CallCredential, CallTarget, GateRequest } from './request';
import { type Finding, passed, refused } from './trace';

/** What the rules look things up in. Every look-up is synchronous and in memory, but that of a record where it is kept in Redis. */
export interface World {
  nowMs(): number;
  registry: ToolTokenRegistry;
  live: LiveRuns;
  locks: LockIndex;
  traces: TraceLookup;
  privileges: Pick<PrivilegeIndex, 'of'>;
  plugins: PluginIndex;
  connectors: ConnectorDirectory;
  held: HeldCalls;
  rates: Rates;
  /** Where an operator grants what is missing. */
  publicUrl: string;
}

export interface Caller {
  runId: string;
  tokenId: string;
}

const everyToken = 'internal';

export function checkToken(
  { credential, endpoint, operation }: Pick<GateRequest, 'credential' | 'endpoint' | 'operation'>,
  world: World,
): Finding<Caller> {
  if (credential.kind !== 'bearer') return checkWithoutBearer(credential, { endpoint, operation }, world);
  const check = world.registry.validate(credential.token, { endpoint, operation });
  if (!check.ok) return refused(new AppError(check.code), check.code);
  return passed(
    { runId: check.grant.runId, tokenId: check.grant.id },
    `${check.grant.id}, live, endpoint and operation allowed`,
  );
}

function checkWithoutBearer(
  credential: Exclude<CallCredential, { kind: 'bearer' }>,
  { endpoint, operation }: Pick<GateRequest, 'endpoint' | 'operation'>,
  { registry, live }: World,
): Finding<Caller> {
  const { runId } = credential;
  const tokenId = credential.kind === 'held' ? credential.tokenId : everyToken;
  const alive = tokenId === everyToken ? registry.activeRunTokenCount(runId) > 0 : registry.isLive(runId, tokenId);
  if (!alive) return refused(new AppError('TOOL_TOKEN_INVALID'), 'the tool token has ended');
  if (credential.kind === 'held') return passed({ runId, tokenId }, `${tokenId} still live`);
  const run = live.get(runId);
  if (run?.allowedEndpoints && !allows(run.allowedEndpoints, endpoint))
    return refused(new AppError('TOOL_ENDPOINT_DENIED'), endpoint);
  if (run?.allowedOperations && !allows(run.allowedOperations, operation))
    return refused(new AppError('TOOL_OPERATION_DENIED'), operation);
  return passed({ runId, tokenId }, "the run's own socket");
}

function allows(list: readonly string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

export function checkRun(
  { runId }: Pick<Caller, 'runId'>,
  { live, nowMs }: Pick<World, 'nowMs'> & { live: Pick<LiveRuns, 'accepting'> },
): Finding<LiveRun> {
  const run = live.accepting(runId);
  const leftMs = run ? run.expiresAtMs - nowMs() : 0;
  if (!run || leftMs <= 0) return refused(new AppError('RUN_NOT_ACTIVE'), 'the run has ended');
  const budget =
    run.budgetLimitUsd === null ? '' : ` and $${Math.max(0, run.budgetLimitUsd - run.spentUsd).toFixed(2)} left`;
  return passed(run, `active, ${Math.ceil(leftMs / 60_000)} min${budget}`);
}

/** Locks on whom or what the run belongs to. Those on connectors come later: their existence is not for everybody. */
export function checkLocks(run: LiveRun, principal: Principal, { locks }: Pick<World, 'locks'>): Finding<null> {
  const lock = locks.find({
    userIds: [principal.userId, ...(principal.userAliases ?? [])],
    pluginId: run.pluginId,
    projectId: run.projectId,
    operatorId: run.startedById,
  });
  return lock ? refused(lockError(lock), `${lock.target.kind} ${lock.target.id} is locked`) : passed(null, '');
}

/** The plugin's state now, not what was frozen when the run started: a revoke reaches live runs on their next call. */
export function checkPlugin(run: LiveRun, target: CallTarget, world: World): Finding<PluginState | null> {
  const { connectorId } = target;
  const capability = capabilityFor(target, world);
  if (run.connectors && !run.connectors.includes(connectorId)) {
    return refused(
      notGranted(
        `This run may call ${listOf(run.connectors)} alone, not ${connectorId}. Nothing was sent. Start a run that lists it.`,
        { capability },
      ),
      `the run lists ${listOf(run.connectors)}`,
    );
  }
  if (run.pluginId === null) return passed(null, 'no plugin: bounded by the run and its token');
  const plugin = world.plugins.current(run.pluginId);
  if (!plugin)
    return refused(
      notGranted(`The plugin ${run.pluginId} is not installed any more.`, { capability }),
      'not installed',
    );
  if (!holds(plugin, capability, world.nowMs())) {
    const grantAt = `${world.publicUrl}/plugins/${plugin.id}`;
    return refused(
      notGranted(
        `The plugin ${plugin.id} is ${plugin.tier} and was not granted ${capability}. Nothing was sent. An operator can grant it at ${grantAt}.`,
        { capability, pluginId: plugin.id, grantAt },
      ),
      `${plugin.tier}; grants: ${listOf(grantedNow(plugin, world.nowMs()))}`,
    );
  }
  const lock = world.locks.find({ connectorId });
  if (lock) return refused(lockError(lock), `connector ${connectorId} is locked`);
  const byTier = plugin.tier !== 'restricted' && capability.startsWith('connector:');
  return passed(plugin, byTier ? `${plugin.tier}: every connector` : `${plugin.tier}; ${capability} is granted`);
}

/** A tool of the tools service asks for what it does; every other asks for its connector. */
function capabilityFor(target: CallTarget, world: World): string {
  return reachedBy(target, world)?.tools.get(target.toolName)?.capability ?? `connector:${target.connectorId}`;
}

/** The tools service is not there for whoever comes another way: those calls do not say for whom they are. */
function reachedBy({ connectorId, service = false }: CallTarget, { connectors }: World): ConnectorState | undefined {
  const connector = connectors.get(connectorId);
  return connector?.builtin === service ? connector : undefined;
}

/** A run without a plugin meets a connector's lock here. */
export function checkConnector(
  target: CallTarget,
  world: World,
): Finding<{ connector: ConnectorState; tool: CallableTool }> {
  const connector = reachedBy(target, world);
  if (!connector)
    return fails('CONNECTOR_NOT_FOUND', `There is no connector ${target.connectorId}.`, 'no such connector');
  const lock = world.locks.find({ connectorId: connector.id });
  if (lock) return refused(lockError(lock), `connector ${connector.id} is locked`);
  if (!connector.enabled)
    return fails(
      'CONNECTOR_DISABLED',
      `The connector ${connector.id} is disabled. An admin can enable it.`,
      'disabled',
    );
  const tool = connector.tools.get(target.toolName);
  if (!tool) {
    if (connector.tools.size === 0 && connector.status !== 'ready')
      return fails(
        'CONNECTOR_EXECUTION_FAILED',
        `The connector ${connector.id} is not up: ${connector.error ?? connector.status}.`,
        connector.status,
      );
    return fails(
      'CONNECTOR_TOOL_NOT_FOUND',
      `The connector ${connector.id} has no tool ${target.toolName}.`,
      'no such tool',
    );
  }
  const problems = tool.validate(target.input);
  if (problems.length > 0) {
    const message = `The input does not fit the schema of ${tool.name}: ${problems.slice(0, 5).join('; ')}.`;
    return refused(
      new AppError('CONNECTOR_INPUT_SCHEMA_MISMATCH', { message, details: { problems } }),
      problems[0] ?? '',
    );
  }
  return passed({ connector, tool }, 'connected, the input fits the schema');
}

const bypassRateLimit = bitOf('BYPASS_RATELIMIT');

export type Safety = { held: false; decidedBy: string | null } | { held: true; why: string };

export function checkSafety(
  run: LiveRun,
  { connector, tool }: { connector: ConnectorState; tool: CallableTool },
  approvedBy: string | null,
  { held }: World,
): Finding<Safety> {
  if (tool.approval === 'disabled')
    return fails(
      'CONNECTOR_SAFETY_DENIED',
      `The tool ${tool.name} is disabled (${tool.safety}). An admin can change that.`,
      `${tool.safety}, disabled`,
    );
  if (tool.approval === 'auto') return passed({ held: false, decidedBy: null }, `${tool.safety}: ${tool.why}`);
  if (approvedBy !== null)
    return passed({ held: false, decidedBy: approvedBy }, `${tool.safety}, approved by ${approvedBy}`);
  const standing = held.forRun(run.id, connector.id, tool.name);
  if (standing)
    return passed(
      { held: false, decidedBy: standing.decidedBy },
      `${tool.safety}, approved for this run by ${standing.decidedBy}`,
    );
  return passed({ held: true, why: tool.why }, `${tool.safety}: ${tool.why}; waits for an operator`);
}

export function checkLimits(
  run: LiveRun,
  connector: ConnectorState,
  held: bigint,
  { rates, nowMs }: World,
): Finding<null> {
  const unlimited = (held & bypassRateLimit) !== 0n;
  const full = unlimited ? null : rates.full(run.id, connector.id, connector.limits, nowMs());
  if (full?.retryAfterMs === null)
    return fails(
      'CONNECTOR_RATE_LIMITED',
      `This run has used its ${connector.limits.callsPerRun} calls of ${connector.id}.`,
      'all calls of the run used',
    );
  if (full) {
    const retryAfterSeconds = Math.ceil((full.retryAfterMs ?? 0) / 1_000);
    const message = `This run may call ${connector.id} ${connector.limits.callsPerMinute} times in 60 s. Try again in ${retryAfterSeconds} s.`;
    return refused(
      new AppError('CONNECTOR_RATE_LIMITED', { message, retryAfterSeconds, details: { retryAfterSeconds } }),
      'too many in 60 s',
    );
  }
  if (run.budgetLimitUsd !== null && run.spentUsd >= run.budgetLimitUsd)
    return fails('BUDGET_EXCEEDED', `The budget of $${run.budgetLimitUsd.toFixed(2)} is spent.`, 'budget spent');
  if (unlimited) return passed(null, 'BYPASS_RATELIMIT is held: no limit of calls');
  return passed(null, `within ${connector.limits.callsPerMinute} in 60 s and ${connector.limits.callsPerRun} a run`);
}

function fails(code: ErrorCode, message: string, note: string): Finding<never> {
  return refused(new AppError(code, { message }), note);
}

function notGranted(message: string, details: Record<string, unknown>): AppError {
  return new AppError('CONNECTOR_NOT_GRANTED', { message, details });
}

function lockError({ target, message, expiresAt }: Lock): AppError {
  return new AppError('LOCKED', { message, details: { lock: target, expiresAt } });
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
