/**
 * The way in for sockets. Order of checks: path, Origin and Host, credential, target, capacity. A bad path or Origin gets an
 * HTTP answer and burns no ticket; everything later is accepted and closed at once with its code, since a browser is shown no
 * status of a refused upgrade.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApprovalService } from '@/lib/approvals/approvals';
import type { AuditLog } from '@/lib/audit/log';
import type { CloseName } from '@/lib/contracts/close-codes';
import type { TicketEndpoint } from '@/lib/contracts/operators';
import { terminalCols, terminalRows } from '@/lib/contracts/pty';
import { hasTerminal } from '@/lib/contracts/runs';
import type { Gate } from '@/lib/gate/gate';
import type { ServiceKeyService } from '@/lib/operators/service-keys';
import type { SessionService } from '@/lib/operators/sessions';
import { stillStands } from '@/lib/operators/standing';
import { type Actor, actorMay, actorName } from '@/lib/platform/actor';
import type { Config } from '@/lib/platform/config';
import { isAppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { isAllowedHost, isAllowedOrigin } from '@/lib/platform/origins';
import type { RelayService } from '@/lib/relay/relay';
import type { UpstreamService } from '@/lib/relay/upstreams/upstreams';
import type { AgentEvents } from '@/lib/runs/agent-events';
import type { LiveRuns } from '@/lib/runs/live-runs';
import type { RunService } from '@/lib/runs/runs';
import type { InternalCredentials } from '@/lib/tickets/internal';
import type { TicketStore } from '@/lib/tickets/tickets';
import { addressOf } from '../address';
import { dialledBy } from '../gateway';
import type { RefusalNotes } from '../refusal-notes';
import { createEventTexts, serveEvents } from './events';
import { keepAlive } from './link';
import { servePty } from './pty';
import { servePub } from './pub';
import { closeSocket, type SocketKind, type SocketRegistry, type TrackedSocket } from './registry';
import { serveRelay } from './relay';
import { serveRpc } from './rpc';

export interface UpgradeDeps {
  config: Config;
  audit: AuditLog;
  bus: EventBus;
  log: Log;
  tickets: TicketStore;
  sessions: SessionService;
  serviceKeys: ServiceKeyService;
  internal: InternalCredentials;
  live: LiveRuns;
  runs: RunService;
  agentEvents: AgentEvents;
  gate: Gate;
  approvals: ApprovalService;
  relay: RelayService;
  relayUpstreams: UpstreamService;
  sockets: SocketRegistry;
  refusals: RefusalNotes;
}

const kinds: Record<string, SocketKind> = {
  '/api/events': 'events',
  '/api/pty': 'pty',
  '/api/ws': 'ws',
  '/api/pub': 'pub',
  '/relay': 'relay',
};
const protocolName = 'gatehouse-v1';
const ticketProtocol = 'gatehouse-ticket.';

/** Thrown between the accept and the first frame. */
class Refusal extends Error {
  constructor(
    readonly close: CloseName,
    readonly reason?: string,
  ) {
    super(reason ?? close);
  }
}

interface Admission {
  actor: Actor;
  /** The run whose end ends the socket. */
  runId: string | null;
  serve: (ws: WebSocket, socket: TrackedSocket) => void | Promise<void>;
}

export function createUpgradeHandler(
  deps: UpgradeDeps,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean {
  const { config, audit, log, sockets, refusals } = deps;
  // maxFragments bounds a message sent in crumbs; the typings do not know it yet.
  const options = {
    noServer: true,
    maxPayload: limits.framePayloadBytes,
    maxFragments: limits.frameFragments,
    perMessageDeflate: false,
  };
  const server = new WebSocketServer({
    ...options,
    handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : false),
  });
  const textOfEvent = createEventTexts();

  async function admit(kind: SocketKind, request: IncomingMessage, query: URLSearchParams): Promise<Admission> {
    if (kind === 'pub') return admitPub(query);
    if (kind === 'relay') return admitRelay(request);
    const internal = query.get('internal');
    if (kind === 'ws' && internal !== null) {
      const run = requireChild(internal);
      return { actor: run, runId: run.id, serve: (ws, socket) => serveRpc(ws, socket, deps) };
    }
    if (kind === 'pty') return admitPty(request, query);
    const actor = requireTicket(kind, null, request, query);
    if (!actorMay(actor, 'runs.read', 'runs:read')) throw new Refusal('forbidden');
    if (kind === 'ws') return { actor, runId: null, serve: (ws, socket) => serveRpc(ws, socket, deps) };
    const since = parseSince(query.get('since'));
    return {
      actor,
      runId: null,
      serve: (ws, socket) => serveEvents(ws, socket, since, { bus: deps.bus, textOf: textOfEvent }),
    };
  }

  function admitPub(query: URLSearchParams): Admission {
    const run = requireChild(query.get('internal') ?? '');
    if (query.get('channel') !== run.id) throw new Refusal('forbidden', 'the channel is not this run');
    return { actor: run, runId: run.id, serve: (ws, socket) => servePub(ws, socket, run.id, deps) };
  }

  async function admitRelay(request: IncomingMessage): Promise<Admission> {
    const dialled = await dialledBy(request, deps.relay.instances);
    if ('refused' in dialled) throw new Refusal('unauthorized', dialled.refused);
    const { instance } = dialled;
    return {
      actor: { kind: 'gateway', id: instance.id },
      runId: null,
      serve: (ws) => serveRelay(ws, instance, deps.relay),
    };
  }

  async function admitPty(request: IncomingMessage, query: URLSearchParams): Promise<Admission> {
    const runId = query.get('run') ?? '';
    const actor = requireTicket('pty', runId, request, query);
    if (!actorMay(actor, 'terminal.watch', 'runs:read')) throw new Refusal('forbidden');
    const size = parseSize(query);
    const terminal = deps.live.accepting(runId)?.terminal;
    if (!terminal) throw await whyNoTerminal(runId);
    return { actor, runId, serve: (ws, socket) => servePty(ws, socket, { terminal, size }) };
  }

  async function whyNoTerminal(runId: string): Promise<Refusal> {
    const run = await deps.runs.get(runId).catch((error: unknown) => {
      if (isAppError(error)) return null;
      throw error;
    });
    if (!run || !hasTerminal(run) || run.status === 'starting') return new Refusal('notFound');
    if (run.status === 'revoked') return new Refusal('unauthorized', 'revoked');
    return new Refusal('exited', run.signal ?? (run.exitCode === null ? run.status : `exit code ${run.exitCode}`));
  }

  function requireTicket(
    endpoint: TicketEndpoint,
    runId: string | null,
    request: IncomingMessage,
    query: URLSearchParams,
  ): Actor {
    const ticket = query.get('ticket') ?? offeredTicket(request);
    const actor =
      ticket === null ? null : deps.tickets.redeem(ticket, { endpoint, runId, origin: request.headers.origin ?? null });
    if (!actor) throw new Refusal('unauthorized', 'ticket invalid, used or expired');
    return actor;
  }

  function requireChild(credential: string): Extract<Actor, { kind: 'run' }> {
    const id = deps.internal.verify(credential);
    if (id === null || !deps.live.accepting(id))
      throw new Refusal('unauthorized', 'credential invalid or its run has ended');
    return { kind: 'run', id };
  }

  async function accept(
    ws: WebSocket,
    kind: SocketKind,
    request: IncomingMessage,
    query: URLSearchParams,
  ): Promise<void> {
    const address = addressOf(request, config);
    ws.on('error', (error) => log.debug({ err: error, kind }, 'socket error'));
    // What a client sends before it is admitted waits in the kernel.
    ws.pause();
    try {
      const { actor, runId, serve } = await admit(kind, request, query);
      const socket = sockets.add(ws, { kind, actor, runId });
      if (!socket) throw new Refusal('full');
      // A ticket outlives the request that minted it. Asked only now, when an end that comes meanwhile finds the socket.
      if (!(await stillStands(actor, deps)))
        throw new Refusal('unauthorized', 'signed out, or with another role since');
      if (ws.readyState !== ws.OPEN) return ws.resume();
      audit.note({ actor: actorName(actor), action: 'socket.open', target: runId ?? kind, data: { kind, address } });
      keepAlive(ws, () => stillStands(actor, deps));
      await serve(ws, socket);
      ws.resume();
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('fault');
      if (refusal !== error) log.error({ err: error, kind }, 'a socket could not be served');
      refusals.note({ action: 'socket.open', target: kind, data: { kind, address, close: refusal.close } });
      closeSocket(ws, refusal.close, refusal.reason);
      ws.resume();
      setTimeout(() => ws.terminate(), 2_000).unref();
    }
  }

  /** False for a path that is no socket of ours. */
  return (request, socket, head) => {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const kind = Object.hasOwn(kinds, path) ? kinds[path] : undefined;
    if (!kind && !path.startsWith('/relay/')) return false;
    if (!kind) {
      refuseHttp(socket, 400, 'BAD_REQUEST');
      return true;
    }
    if (!originFits(request, config)) {
      refusals.note({
        action: 'socket.open',
        target: kind,
        data: { kind, address: addressOf(request, config), problem: 'origin' },
      });
      refuseHttp(socket, 403, 'ORIGIN_REFUSED');
      return true;
    }
    server.handleUpgrade(request, socket, head, (ws) => void accept(ws, kind, request, new URLSearchParams(search)));
    return true;
  };
}

/** A browser always sends its Origin with an upgrade, and its cookies: cookies without one are no browser of ours. */
function originFits(request: IncomingMessage, config: Config): boolean {
  const { origin, host, cookie } = request.headers;
  if (!isAllowedHost(host, config)) return false;
  return origin === undefined ? cookie === undefined : isAllowedOrigin(origin, config);
}

export function refuseHttp(socket: Duplex, status: number, code: string): void {
  const body = JSON.stringify({ error: { code, message: STATUS_CODES[status], requestId: '' } });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function offeredTicket(request: IncomingMessage): string | null {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.find((name) => name.startsWith(ticketProtocol))?.slice(ticketProtocol.length) ?? null;
}

function parseSince(text: string | null): number | null {
  if (text === null || text === '') return null;
  if (!/^\d{1,15}$/.test(text)) throw new Refusal('malformed', 'since: must be a number');
  return Number(text);
}

function parseSize(query: URLSearchParams): { cols: number; rows: number } | null {
  const [cols, rows] = [query.get('cols'), query.get('rows')];
  if (cols === null && rows === null) return null;
  const parsedCols = terminalCols.safeParse(Number(cols));
  const parsedRows = terminalRows.safeParse(Number(rows));
  if (!parsedCols.success || !parsedRows.success) throw new Refusal('malformed', 'cols, rows: must be 1 to 1000');
  return { cols: parsedCols.data, rows: parsedRows.data };
}
