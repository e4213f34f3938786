/** The rule of the gate, top to bottom. The first refusal wins, so the order here is the order of refusals in the contract. */
import type { CallableTool, ConnectorState } from '@/lib/connectors/directory';
import type { Principal } from '@/lib/contracts/runs';
import type { TraceRecord } from '@/lib/contracts/traces';
import type { AppError } from '@/lib/platform/errors';
import { toAppError } from '@/lib/platform/errors';
import type { PluginState } from '@/lib/plugins/plugin-state';
import type { LiveRun } from '@/lib/runs/live-runs';
import { checkIdentity, checkPrivilege } from './principal';
import type { CallTarget, GateRequest } from './request';
import {
  type Caller,
  checkConnector,
  checkLimits,
  checkLocks,
  checkPlugin,
  checkRun,
  checkSafety,
  checkToken,
  type World,
} from './steps';
import { passed, refused, startTrace, type Trace } from './trace';

/** Who calls what, as far as the gate got before it said no. */
export interface Known {
  caller: Caller | null;
  run: LiveRun | null;
  principal: Principal | null;
  target: CallTarget | null;
  tool: CallableTool | null;
}

export interface Authorised {
  caller: Caller;
  run: LiveRun;
  principal: Principal;
  /** What the principal holds where it acts. */
  privileges: bigint;
  target: CallTarget;
  plugin: PluginState | null;
  connector: ConnectorState;
  tool: CallableTool;
  trace: Trace;
}

export type Verdict =
  | { kind: 'refused'; error: AppError; known: Known; trace: Trace }
  /** Who calls is known, for whom is looked up: the whole rule is asked again, given what was found. */
  | { kind: 'identifying'; record: Promise<TraceRecord | null> }
  | { kind: 'held'; call: Authorised; why: string }
  | { kind: 'allowed'; call: Authorised; decidedBy: string | null };

export interface Given {
  /** Who approved exactly this call; null when nobody was asked. */
  approvedBy: string | null;
  /** The tool-session record of its trace, once it was looked up; null when there is none. */
  record?: TraceRecord | null;
}

export function authorise(
  request: GateRequest,
  { approvedBy, record }: Given,
  world: World,
  monotonicMs: () => number,
): Verdict {
  const trace = startTrace(monotonicMs);
  const known: Known = { caller: null, run: null, principal: null, target: null, tool: null };
  const no = (error: AppError): Verdict => ({ kind: 'refused', error, known, trace });

  const token = trace.take('token', () => checkToken(request, world));
  if (!token.ok) return no(token.error);
  known.caller = token.value;

  const live = trace.take('run', () => {
    const found = checkRun(token.value, world);
    if (!found.ok) return found;
    known.run = found.value;
    const locks = checkLocks(found.value, found.value.principal, world);
    return locks.ok ? found : locks;
  });
  if (!live.ok) return no(live.error);
  const run = live.value;

  // Only now: a stranger's trace ids are not looked up.
  const found = record === undefined ? recordOf(request, world) : record;
  if (found instanceof Promise) return { kind: 'identifying', record: found };

  const identity = trace.take('identity', () => checkIdentity(run, request, found, world));
  if (!identity.ok) return no(identity.error);
  known.principal = identity.value;

  const asked = parsed(request);
  if (!asked.ok) {
    trace.take('connector', () => asked);
    return no(asked.error);
  }
  known.target = asked.value;

  const plugin = trace.take('plugin', () => checkPlugin(run, asked.value, world));
  if (!plugin.ok) return no(plugin.error);

  const reached = trace.take('connector', () => checkConnector(asked.value, world));
  if (!reached.ok) return no(reached.error);
  const { connector, tool } = reached.value;
  known.tool = tool;

  const privileges = world.privileges.of(identity.value);
  const privileged = trace.take('privilege', () => checkPrivilege(tool, identity.value, privileges, world));
  if (!privileged.ok) return no(privileged.error);

  const safety = trace.take('safety', () => checkSafety(run, reached.value, approvedBy, world));
  if (!safety.ok) return no(safety.error);

  const within = trace.take('limits', () => checkLimits(run, connector, privileges, world));
  if (!within.ok) return no(within.error);

  const call: Authorised = {
    caller: token.value,
    run,
    principal: identity.value,
    privileges,
    target: asked.value,
    plugin: plugin.value,
    connector,
    tool,
    trace,
  };
  if (!safety.value.held) return { kind: 'allowed', call, decidedBy: safety.value.decidedBy };
  trace.hold('safety');
  return { kind: 'held', call, why: safety.value.why };
}

function recordOf({ traceId }: GateRequest, { traces }: World): TraceRecord | null | Promise<TraceRecord | null> {
  return traceId === null ? null : traces.find(traceId);
}

function parsed(request: GateRequest) {
  try {
    return passed(request.target(), 'well formed');
  } catch (error) {
    const problem = toAppError(error);
    return refused(problem, problem.message);
  }
}
