import { setTimeout as delay } from 'node:timers/promises';
import { terminalCloseCodes } from '@/lib/contracts/close-codes';
import type { PtyServerFrame } from '@/lib/contracts/pty';
import { monotonicMs } from '@/lib/platform/clock';
import type { Api } from '../api';
import { CliFailure } from '../failure';
import type { Joint } from './joint';
import type { LocalTerminal } from './local-terminal';
import type { TerminalEnd } from './outcome';
import { openPtyLink, type PtyLink } from './pty-link';

export interface FollowOptions {
  api: Api;
  runId: string;
  local: LocalTerminal;
  joint: Joint;
  readOnly: boolean;
  showOutput: boolean;
  clearFirst: boolean;
  /** Something the person should know while it goes on. */
  say: (text: string) => void;
}

const acknowledgeBytes = 128 * 1024;
const firstRetryMs = 250;
const maxRetryMs = 5_000;
/** How long a broken line is tried again before the terminal is given back. */
const patienceMs = 60_000;

/**
 * Listens until the terminal ends for good, over as many connections as it takes. A later connection begins with the screen
 * as it is: drawn anew on a terminal, left out of a pipe, which has most of it already.
 * @throws CliFailure when the server refuses, or stays away for too long.
 */
export async function followTerminal(options: FollowOptions): Promise<TerminalEnd> {
  const { joint, say } = options;
  let lostSinceMs: number | null = null;
  let retryMs = firstRetryMs;
  let joined = false;
  while (true) {
    const connection = await connect(options, joined).catch((error: unknown) => {
      if (!joined || !isPassing(error)) throw error;
      return null;
    });
    if (connection?.joined) {
      joined = true;
      lostSinceMs = null;
      retryMs = firstRetryMs;
    }
    if (connection && isFinal(connection.end)) return connection.end;
    if (joint.state === 'over')
      return connection?.end ?? { exit: null, revokedReason: null, close: { code: 1000, reason: '' } };
    joint.set({ state: 'lost', link: null, inControl: false });
    if (lostSinceMs === null) say('The connection is lost. Trying again.');
    lostSinceMs ??= monotonicMs();
    if (monotonicMs() - lostSinceMs > patienceMs) {
      throw new CliFailure(`The connection to ${options.api.url} was lost and did not come back.`, {
        code: 'CONNECTION_LOST',
      });
    }
    await delay(retryMs);
    retryMs = Math.min(maxRetryMs, retryMs * 2);
  }
}

interface Connection {
  joined: boolean;
  end: TerminalEnd;
}

async function connect(options: FollowOptions, again: boolean): Promise<Connection> {
  const { api, runId, local, joint, showOutput } = options;
  const end: TerminalEnd = { exit: null, revokedReason: null, close: { code: 1006, reason: '' } };
  let link: PtyLink | null = null;
  let joined = false;
  let skipBytes = 0;
  let unacknowledged = 0;
  let written: Promise<void> = Promise.resolve();

  function onFrame(frame: PtyServerFrame): void {
    switch (frame.type) {
      case 'attached':
        joined = true;
        prepareScreen(options, again);
        skipBytes = again && local.size() === null ? frame.replayBytes : 0;
        joint.set({ state: 'joined', link, mayControl: !frame.readOnly && !options.readOnly });
        if (joint.mayControl) link?.sendFrame({ type: 'control', take: true });
        else if (!options.readOnly) options.say('Watching only: this key may not type.');
        return;
      case 'viewers':
        if (frame.inControl && !joint.inControl) sendSize();
        joint.set({ inControl: frame.inControl });
        return;
      case 'exit':
        end.exit = { code: frame.code, signal: frame.signal };
        return;
      case 'revoked':
        end.revokedReason = frame.reason;
        return;
      case 'resized':
      case 'pong':
        return;
      default:
        frame satisfies never;
    }
  }

  function onBytes(bytes: Buffer): void {
    const skipped = Math.min(skipBytes, bytes.length);
    skipBytes -= skipped;
    const shown = bytes.subarray(skipped);
    written = showOutput && shown.length > 0 ? local.write(shown) : written;
    void written.then(() => {
      unacknowledged += bytes.length;
      if (unacknowledged < acknowledgeBytes) return;
      link?.sendFrame({ type: 'ack', bytes: unacknowledged });
      unacknowledged = 0;
    });
  }

  function sendSize(): void {
    const size = local.size();
    if (size && joint.mayControl) link?.sendFrame({ type: 'resize', ...size });
  }

  link = await openPtyLink(api, runId, local.size(), { frame: onFrame, bytes: onBytes });
  const opened = link;
  local.onResize(() => {
    if (joint.inControl) sendSize();
  });
  const leaving = leave(joint, opened);
  end.close = await opened.closed;
  leaving.cancel();
  await written;
  return { joined, end };
}

/** Closes the link when the session is over on this side. */
function leave(joint: Joint, link: PtyLink): { cancel(): void } {
  let cancelled = false;
  void (async () => {
    while (!cancelled && joint.state !== 'over') await joint.changed();
    if (!cancelled) link.close();
  })();
  return {
    cancel: () => {
      cancelled = true;
    },
  };
}

function prepareScreen({ local, clearFirst, showOutput }: FollowOptions, again: boolean): void {
  if (showOutput && (again || clearFirst)) local.clear();
}

function isFinal({ exit, revokedReason, close }: TerminalEnd): boolean {
  return exit !== null || revokedReason !== null || terminalCloseCodes.has(close.code);
}

/** What a server that restarts, or a network that recovers, answers for a while. */
function isPassing(error: unknown): boolean {
  return error instanceof CliFailure && (error.status === 0 || error.status === 429 || error.status >= 500);
}
