/** `/api/ws`: JSON-RPC 2.0 for operators and for the children of runs. A child sees and acts on its own run only. */
import type { WebSocket } from 'ws';
import type { ApprovalService } from '@/lib/approvals/approvals';
import { type RpcMethod, type RpcRequest, rpcErrors, rpcMethods, rpcRequest } from '@/lib/contracts/rpc';
import type { Gate } from '@/lib/gate/gate';
import { type Actor, actorMay, actorName } from '@/lib/platform/actor';
import { errorTable, isAppError, toAppError } from '@/lib/platform/errors';
import { parseJson } from '@/lib/platform/json';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { UpstreamService } from '@/lib/relay/upstreams/upstreams';
import type { AgentEvents } from '@/lib/runs/agent-events';
import type { LiveRun, LiveRuns } from '@/lib/runs/live-runs';
import type { RunService } from '@/lib/runs/runs';
import { createFrameLimit, sendJson, sendTaken, textOf } from './link';
import type { TrackedSocket } from './registry';

export interface RpcDeps {
  runs: RunService;
  live: LiveRuns;
  agentEvents: AgentEvents;
  gate: Gate;
  approvals: ApprovalService;
  relayUpstreams: Pick<UpstreamService, 'attach' | 'say'>;
  log: Log;
}

const nothingPending = new Set(['APPROVAL_NOT_FOUND', 'ALREADY_DECIDED', 'APPROVAL_EXPIRED']);

class RpcError extends Error {
  constructor(readonly wire: { code: number; message: string }) {
    super(wire.message);
  }
}

export function serveRpc(ws: WebSocket, socket: TrackedSocket, deps: RpcDeps): void {
  const { actor } = socket;
  const withinLimit = createFrameLimit();
  const leaving = new AbortController();
  sendJson(ws, {
    jsonrpc: '2.0',
    method: 'event',
    params: {
      type: 'gateway.ready',
      payload: { runId: socket.runId, actor: actorName(actor), methods: Object.keys(rpcMethods) },
    },
  });

  ws.on('message', (data, isBinary) => {
    if (isBinary) return socket.close('malformed', 'JSON-RPC is text');
    if (!withinLimit()) return socket.close('tooFast', 'too many requests');
    void answer(textOf(data), { actor, leaving: leaving.signal }, deps).then((reply) => reply && sendJson(ws, reply));
  });
  ws.once('close', () => leaving.abort());
  if (actor.kind !== 'run') return;
  const detach = deps.relayUpstreams.attach(actor.id, {
    deliver: (event) => sendTaken(ws, eventText('message.inbound', { event })),
  });
  ws.once('close', detach);
}

const eventText = (type: string, payload: object) =>
  JSON.stringify({ jsonrpc: '2.0', method: 'event', params: { type, payload } });

interface Caller {
  actor: Actor;
  /** Aborts when the socket is gone. */
  leaving: AbortSignal;
}

async function answer(text: string, caller: Caller, deps: RpcDeps): Promise<object | null> {
  const parsed = parseJson(text);
  if (parsed === undefined) return { jsonrpc: '2.0', id: null, error: rpcErrors.parse };
  const request = rpcRequest.safeParse(parsed);
  if (!request.success) return { jsonrpc: '2.0', id: null, error: rpcErrors.invalidRequest };
  const { id } = request.data;
  try {
    const result = await call(request.data, caller, deps);
    // A request without an id is a notification: it gets no answer (JSON-RPC 2.0 §4.1).
    return id === undefined ? null : { jsonrpc: '2.0', id, result };
  } catch (error) {
    return id === undefined ? null : { jsonrpc: '2.0', id, error: wireError(error, deps.log) };
  }
}

async function call({ method, params = {} }: RpcRequest, { actor, leaving }: Caller, deps: RpcDeps): Promise<unknown> {
  if (!Object.hasOwn(rpcMethods, method)) throw new RpcError(rpcErrors.methodNotFound);
  const name = method as RpcMethod;
  const { runs, live, agentEvents, gate, approvals } = deps;
  switch (name) {
    case 'session.list': {
      parse(name, params);
      if (actor.kind === 'run') return { sessions: [await runs.get(actor.id)] };
      const page = await runs.list({ limit: 200, sort: '-startedAt', status: ['starting', 'active'] });
      return { sessions: page.items };
    }
    case 'session.status':
      return { session: await runs.get(targetId(parse(name, params).sessionId, actor)) };
    case 'session.interrupt': {
      const run = controlled(parse(name, params).sessionId, actor, live);
      if (!run.terminal)
        throw new RpcError({ ...rpcErrors.noSuchSession, message: 'This run has no terminal to interrupt.' });
      run.terminal.interrupt();
      return { ok: true };
    }
    case 'event.publish': {
      const { sessionId, type, data } = parse(name, params);
      const run = controlled(sessionId, actor, live);
      if (Buffer.byteLength(JSON.stringify(data)) > limits.agentEventBytes)
        throw new RpcError({ ...rpcErrors.invalidParams, message: 'data: over 64 KiB.' });
      agentEvents.publish(run, type, data);
      return { ok: true };
    }
    case 'usage.report': {
      const { sessionId, usd, tokens } = parse(name, params);
      const run = controlled(sessionId, actor, live);
      return runs.spend(
        run.id,
        { usd, source: tokens === undefined ? 'usage.report' : `usage.report ${tokens} tokens` },
        actor,
      );
    }
    case 'approval.pending': {
      const { sessionId } = parse(name, params);
      const runId = actor.kind === 'run' ? targetId(sessionId, actor) : sessionId;
      if (actor.kind !== 'run' && !actorMay(actor, 'runs.read', 'approvals:decide'))
        throw new RpcError(rpcErrors.notAllowed);
      const page = await approvals.list({ limit: 200, status: 'pending', runId }, actor);
      return { approvals: page.items };
    }
    case 'approval.respond': {
      const { requestId, choice, reason } = parse(name, params);
      // A child that could decide would approve its own calls.
      if (!actorMay(actor, 'runs.control', 'approvals:decide')) throw new RpcError(rpcErrors.notAllowed);
      return { approval: await approvals.decide(requestId, { choice, reason }, actor) };
    }
    case 'tools.list':
      parse(name, params);
      return gate.callable({ credential: ownRun(actor), endpoint: '/api/ws', operation: 'connectors:list' });
    case 'tools.call':
      return gate.call({
        via: 'rpc',
        credential: ownRun(actor),
        endpoint: '/api/ws',
        operation: 'connectors:execute',
        traceId: typeof params.traceId === 'string' ? params.traceId : null,
        target: () => parse(name, params),
        waitMs: parse(name, params).wait * 1_000,
        leaving,
      });
    case 'message.send':
      return deps.relayUpstreams.say(ownRun(actor).runId, { method: name, params: parse(name, params) });
    case 'message.edit':
      return deps.relayUpstreams.say(ownRun(actor).runId, { method: name, params: parse(name, params) });
    case 'message.typing':
      return deps.relayUpstreams.say(ownRun(actor).runId, { method: name, params: parse(name, params) });
    case 'message.followUp':
      return deps.relayUpstreams.say(ownRun(actor).runId, { method: name, params: parse(name, params) });
    default:
      return name satisfies never;
  }
}

function parse<M extends RpcMethod>(
  method: M,
  params: Record<string, unknown>,
): ReturnType<(typeof rpcMethods)[M]['parse']> {
  const parsed = rpcMethods[method].safeParse(params);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new RpcError({
      ...rpcErrors.invalidParams,
      message: `${issue?.path.join('.') || 'params'}: ${issue?.message ?? 'invalid'}`,
    });
  }
  return parsed.data as ReturnType<(typeof rpcMethods)[M]['parse']>;
}

/** Tools are called, and chats answered, by runs: an operator has none of its own to do it for. */
function ownRun(actor: Actor): { kind: 'internal'; runId: string } {
  if (actor.kind !== 'run') throw new RpcError(rpcErrors.notAllowed);
  return { kind: 'internal', runId: actor.id };
}

/** A child means its own run, and another's is to it as if it did not exist. */
function targetId(sessionId: string | undefined, actor: Actor): string {
  if (actor.kind === 'run') {
    if (sessionId !== undefined && sessionId !== actor.id) throw new RpcError(rpcErrors.noSuchSession);
    return actor.id;
  }
  if (sessionId === undefined) throw new RpcError({ ...rpcErrors.invalidParams, message: 'sessionId: required.' });
  return sessionId;
}

function controlled(sessionId: string | undefined, actor: Actor, live: LiveRuns): LiveRun {
  const id = targetId(sessionId, actor);
  if (actor.kind !== 'run' && !actorMay(actor, 'runs.control', 'runs:write')) throw new RpcError(rpcErrors.notAllowed);
  const run = live.accepting(id);
  if (!run) throw new RpcError(rpcErrors.noSuchSession);
  return run;
}

function wireError(error: unknown, log: Log): { code: number; message: string; data?: unknown } {
  if (error instanceof RpcError) return error.wire;
  const { code, message, details } = toAppError(error);
  if (code === 'RUN_NOT_FOUND' || code === 'RUN_NOT_ACTIVE')
    return { ...rpcErrors.noSuchSession, message, data: { code } };
  if (nothingPending.has(code)) return { ...rpcErrors.nothingPending, message, data: { code } };
  if (code === 'RELAY_DECLINED') return { ...rpcErrors.declined, message, data: { code, ...details } };
  if (code === 'RELAY_UNREACHABLE') return { ...rpcErrors.unreachable, message, data: { code, ...details } };
  if (isAppError(error) && errorTable[code].close === 'forbidden')
    return { ...rpcErrors.notAllowed, message, data: { code, ...details } };
  if (isAppError(error) && errorTable[code].close === 'malformed')
    return { ...rpcErrors.invalidParams, message, data: { code, ...details } };
  if (!isAppError(error)) log.error({ err: error }, 'a JSON-RPC call failed');
  return { ...rpcErrors.internal, message, data: code === 'INTERNAL' ? { code } : { code, ...details } };
}
