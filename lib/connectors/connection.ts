/**
 * One connector's life: it is started, asked for its tools, asked again when they change, and started anew when it dies, later
 * each time. What it does wrong ends this connection and no other.
 */
import type { AnyTransport, ConnectorStatus } from '@/lib/contracts/connectors';
import { monotonicMs } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { buildCatalogue, type Catalogue, listAllTools } from './catalogue';
import type { JudgeTool } from './safety';
import type { SchemaCompiler } from './schema';
import { type ConnectorSession, describeFailure, type OpenSession } from './session';

export interface ConnectionHooks {
  /** Its status or its error changed. */
  onStatus(status: ConnectorStatus, error: string | undefined): void;
  onCatalogue(catalogue: Catalogue): void;
  onServer(session: Pick<ConnectorSession, 'server' | 'service'>): void;
  /** It ended without being asked to, or did not start. */
  onFailed(because: string): void;
  onStderr(chunk: Buffer): void;
}

export interface Connection {
  /**
   * The session to call. One that is about to be ready is waited for, one that is down is not.
   * @throws AppError CONNECTOR_EXECUTION_FAILED, or CALL_CANCELLED once `signal` aborts.
   */
  session(signal: AbortSignal): ConnectorSession | Promise<ConnectorSession>;
  /** Resolves once nothing of it is left. */
  stop(): Promise<void>;
}

export interface ConnectionOptions {
  transport: AnyTransport;
  open: OpenSession;
  compiler: SchemaCompiler;
  judge: JudgeTool | undefined;
  hooks: ConnectionHooks;
}

/** A session that lived this long was well: the next restart begins with the shortest wait again. */
const wellAfterMs = 30_000;

export function startConnection({ transport, open, compiler, judge, hooks }: ConnectionOptions): Connection {
  let live: ConnectorSession | undefined;
  let attempt: { abort: AbortController; done: Promise<void> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failures = 0;
  let error: string | undefined;
  const waiting = new Set<(session: ConnectorSession | undefined) => void>();

  function settle(session: ConnectorSession | undefined): void {
    for (const resolve of waiting) resolve(session);
    waiting.clear();
  }

  function begin(): void {
    const abort = new AbortController();
    attempt = { abort, done: tryOnce(abort) };
  }

  async function tryOnce(abort: AbortController): Promise<void> {
    const state: { session?: ConnectorSession; ended?: string; startedMs: number } = { startedMs: monotonicMs() };
    const deadline = setTimeout(() => abort.abort(), limits.connectorStartMs);
    let refreshing = false;
    let again = false;

    /** However often its tools change, one look is under way and at most one is to come. */
    const refresh = async (session: ConnectorSession) => {
      again = true;
      if (refreshing) return;
      refreshing = true;
      try {
        while (again) {
          again = false;
          const catalogue = await buildCatalogue(await listAllTools(session), compiler, judge);
          if (stopped || live !== session) continue;
          hooks.onCatalogue(catalogue);
          hooks.onServer(session);
        }
      } catch (problem) {
        fall(session, describeFailure(problem), state.startedMs);
      } finally {
        refreshing = false;
      }
    };
    try {
      const session = await open(
        transport,
        {
          onStderr: hooks.onStderr,
          onToolsChanged() {
            if (live !== undefined && live === state.session) void refresh(live);
          },
          onEnded(because) {
            state.ended = because;
            if (state.session) fall(state.session, because, state.startedMs);
            else abort.abort();
          },
        },
        abort.signal,
      );
      state.session = session;
      const catalogue = await unlessAborted(abort.signal, listAllTools(session)).then((tools) =>
        buildCatalogue(tools, compiler, judge),
      );
      if (state.ended !== undefined) throw new Error(state.ended);
      abort.signal.throwIfAborted();
      live = session;
      error = undefined;
      hooks.onServer(session);
      hooks.onCatalogue(catalogue);
      hooks.onStatus('ready', undefined);
      settle(session);
    } catch (problem) {
      await state.session?.close();
      if (!stopped) retryLater(state.ended ?? describeStart(problem, abort.signal));
    } finally {
      clearTimeout(deadline);
    }
  }

  /** A live session came to its end. */
  function fall(session: ConnectorSession, because: string, startedMs: number): void {
    if (live !== session) return;
    live = undefined;
    if (monotonicMs() - startedMs > wellAfterMs) failures = 0;
    const closed = session.close();
    attempt = { abort: new AbortController(), done: closed };
    if (!stopped) retryLater(because);
  }

  function retryLater(because: string): void {
    const waitMs = Math.min(limits.connectorRestartMs * 2 ** failures, limits.connectorRestartMaxMs);
    failures += 1;
    error = because;
    hooks.onFailed(because);
    hooks.onStatus('failed', because);
    settle(undefined);
    timer = setTimeout(begin, waitMs);
  }

  function down(): AppError {
    return new AppError('CONNECTOR_EXECUTION_FAILED', {
      message: `The connector is down and will be started again: ${error ?? 'it is starting.'}`,
    });
  }

  hooks.onStatus('starting', undefined);
  begin();
  return {
    session(signal) {
      if (live) return live;
      if (stopped || error !== undefined) throw down();
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => finish(undefined), limits.connectorReadyWaitMs);
        const onAbort = () => finish(undefined);
        function finish(session: ConnectorSession | undefined): void {
          clearTimeout(late);
          signal.removeEventListener('abort', onAbort);
          waiting.delete(finish);
          if (signal.aborted) reject(new AppError('CALL_CANCELLED'));
          else if (session) resolve(session);
          else reject(down());
        }
        waiting.add(finish);
        signal.addEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
      });
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const session = live;
      live = undefined;
      settle(undefined);
      attempt?.abort.abort();
      await session?.close();
      await attempt?.done;
    },
  };
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function describeStart(problem: unknown, signal: AbortSignal): string {
  if (signal.aborted) return `It did not start and list its tools within ${limits.connectorStartMs / 1000} seconds.`;
  return describeFailure(problem);
}
