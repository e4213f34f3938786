/**
 * Keeps one upstream connected: dials, shakes hands, dials again with a backoff, and stops for good where its connector cut us
 * off. A new dial knows nothing of the one before but what its close said.
 */
import type { RelayUpstreamStatus } from '@/lib/contracts/relay-upstreams';
import { backoffMs } from '@/lib/platform/backoff';
import type { Clock } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { mintUpgradeToken } from '../protocol/upgrade-token';
import { isPlain, privateLookup } from './address';
import { createCloseRule, unauthorizedCode } from './close-rule';
import { createUpstreamLink, type LinkEvents, type UpstreamLink } from './link';
import type { OpenSocket, UpstreamSocket } from './socket';
import type { Upstream } from './stored';

export interface DialState {
  status: RelayUpstreamStatus;
  sinceMs: number;
  lastError: string | null;
}

export interface DiallerEvents extends Pick<LinkEvents, 'onMessage' | 'onInterrupt' | 'onDropped'> {
  onChanged(state: DialState): void;
  onReady(): void;
  /** Resolves when what was received is stored, and acknowledged. */
  stored(): Promise<void>;
  onClosed(close: { code: number; reason: string }): void;
  /** Cut off for good: nothing is dialled any more. */
  onDisabled(reason: string): void;
}

/** How long each step may take; a test shortens them. */
export interface DialTimes {
  handshakeMs: number;
  redialFirstMs: number;
  redialMaxMs: number;
  resultMs: number;
  idleAckMs: number;
  lastResultsMs: number;
}
export const dialTimes: DialTimes = {
  handshakeMs: limits.upstreamHandshakeMs,
  redialFirstMs: limits.upstreamRedialFirstMs,
  redialMaxMs: limits.upstreamRedialMaxMs,
  resultMs: limits.upstreamResultMs,
  idleAckMs: limits.upstreamIdleAckMs,
  lastResultsMs: limits.upstreamLastResultsMs,
};

export interface DiallerOptions {
  upstream: Upstream;
  /** Null where it is dialled without a bearer. */
  secret: string | null;
  open: OpenSocket;
  clock: Clock;
  log: Log;
  /** From 0 up to 1, where a test wants to know it: what keeps gateways that fell together from dialling together. */
  chance?: (() => number) | undefined;
  newRequestId: () => string;
  times: DialTimes;
  events: DiallerEvents;
}

export interface Dialler {
  readonly state: DialState;
  /** Of the connection that is there. */
  readonly link: UpstreamLink | null;
  /** Does nothing for one that is connected, or is not dialled any more. */
  start(): void;
  /** Asks for what comes next to be read later, or now. */
  setPaused(isPaused: boolean): void;
  /** Ends this connection: another is dialled. */
  redial(problem: string): void;
  /** Says that it goes idle, waits as long as `times` has it, and closes. Never rejects. */
  drain(fast: boolean): Promise<void>;
  close(): void;
}

const supersededCode = 4409;
const faultCode = 1011;
const tooLargeCode = 1009;
const doneCode = 1000;
/** What people are told of an upstream whose connector cut us off. */
export const disabledText = 'Relay disabled (opted out: recreate the instance to re-enable)';

export function createDialler(options: DiallerOptions): Dialler {
  const { upstream, secret, open, clock, log, chance, newRequestId, times, events } = options;
  const rule = createCloseRule();
  const state: DialState = { status: 'connecting', sinceMs: clock.now(), lastError: null };
  let current: { socket: UpstreamSocket; link: UpstreamLink; fail: (why: string, code: number) => void } | null = null;
  let attempts = 0;
  let isOver = false;
  let isDraining = false;
  let timer: NodeJS.Timeout | undefined;

  function change(status: RelayUpstreamStatus, lastError: string | null): void {
    if (state.status !== status) state.sinceMs = clock.now();
    Object.assign(state, { status, lastError });
    events.onChanged(state);
  }

  function dial(): void {
    clearTimeout(timer);
    let problem: string | null = null;
    const fail = (why: string, code: number) => {
      problem = why;
      socket.close(code, '');
    };
    const link = createUpstreamLink({
      identities: upstream.identities,
      say: (text) => socket.send(text),
      ...{ newRequestId, resultTimeoutMs: times.resultMs },
      events: {
        ...{ onMessage: events.onMessage, onInterrupt: events.onInterrupt, onDropped: events.onDropped },
        onBroken: () => fail('It sent a frame over 1 MiB.', tooLargeCode),
        onReady() {
          clearTimeout(timer);
          attempts = 0;
          change('live', null);
          events.onReady();
        },
        onDescribed: rule.described,
      },
    });
    const socket = open(
      { url: upstream.url, headers: headersNow(), lookup: lookupFor(upstream.url, secret) },
      {
        onOpen: link.open,
        onMessage: (text) => readSafely(link, text),
        onClose(close) {
          link.end();
          if (current?.socket !== socket) return;
          current = null;
          onClosed({ ...close, problem: problem ?? close.problem });
        },
      },
    );
    current = { socket, link, fail };
    timer = setTimeout(() => fail('It did not shake hands in time.', doneCode), times.handshakeMs).unref();
  }

  /** Reading goes on after whatever went wrong with one message. */
  function readSafely(link: UpstreamLink, text: string): void {
    try {
      link.read(text);
    } catch (error) {
      log.error({ err: error, upstreamId: upstream.id }, 'a message of an upstream could not be read');
      events.onDropped('malformed');
    }
  }

  function onClosed({ code, reason, problem }: { code: number; reason: string; problem: string | null }): void {
    clearTimeout(timer);
    const wasLive = state.status === 'live';
    events.onClosed({ code, reason });
    if (isOver || isDraining) return;
    const why = problem ?? `It closed with ${code}${reason === '' ? '' : `: ${plain(reason)}`}.`;
    if (rule.closed(code, reason) === 'disabled') {
      isOver = true;
      change('disabled', disabledText);
      events.onDisabled(plain(reason));
      return;
    }
    attempts += 1;
    // Whoever took over with the same id would be thrown out by a quick redial, and would throw us out in turn.
    const firstMs = code === supersededCode ? times.redialMaxMs : times.redialFirstMs;
    timer = setTimeout(dial, backoffMs(attempts, { firstMs, maxMs: times.redialMaxMs }, chance?.())).unref();
    change(wasLive && code !== unauthorizedCode && code !== supersededCode ? 'connecting' : 'error', why);
  }

  function headersNow(): Record<string, string> {
    if (secret === null) return {};
    const exp = Math.floor(clock.now() / 1_000) + limits.upstreamBearerSeconds;
    return { authorization: `Bearer ${mintUpgradeToken({ gatewayId: upstream.gatewayId, exp, secret })}` };
  }

  function close(): void {
    isOver = true;
    clearTimeout(timer);
    current?.socket.close(doneCode, '');
    current?.link.end();
    current = null;
  }

  return {
    state,
    get link() {
      return current?.link ?? null;
    },
    start() {
      if (!isOver && !current && state.status === 'connecting') dial();
    },
    setPaused: (isPaused) => (isPaused ? current?.socket.pause() : current?.socket.resume()),
    redial: (why) => current?.fail(why, faultCode),
    async drain(fast) {
      isDraining = true;
      clearTimeout(timer);
      if (current && state.status === 'live') {
        change('idle', null);
        const { link } = current;
        await withinMs(link.goIdle(), fast ? limits.upstreamIdleAckFastMs : times.idleAckMs);
        await withinMs(Promise.all([link.settled(), events.stored()]), times.lastResultsMs);
      }
      close();
    },
    close,
  };
}

function lookupFor(url: string, secret: string | null) {
  return secret !== null && isPlain(new URL(url)) ? privateLookup() : undefined;
}

/** A reason comes from the other side: it acts on nothing that shows it. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 123);
}

async function withinMs(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
