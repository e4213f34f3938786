/**
 * One platform that is turned on: opened, watched, and opened again when it failed. What it shows meanwhile is why it failed,
 * not that it is being tried: a wrong token must not blink.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '@/lib/platform/backoff';
import type { Clock } from '@/lib/platform/clock';
import { isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { ConnectedPlatform } from './platform';

export type OpenPlatform = (onChanged: () => void) => Promise<ConnectedPlatform>;

export interface KeptPlatform {
  /** Null until it was opened. */
  readonly connected: ConnectedPlatform | null;
  readonly status: 'starting' | 'ready' | 'failed';
  readonly error: string | null;
  /** Resolves when nothing of it is left, or after a while. */
  close(): Promise<void>;
}

export interface KeepingOptions {
  name: string;
  open: OpenPlatform;
  onChanged: () => void;
  clock: Clock;
  log: Log;
  /** How long to wait before the nth attempt after a failure. */
  retryAfterMs?: (attempt: number) => number;
}

const retry = { firstMs: limits.relayPlatformRetryFirstMs, maxMs: limits.relayPlatformRetryMaxMs };

export function keepPlatform(options: KeepingOptions): KeptPlatform {
  const { name, open, onChanged, clock, log, retryAfterMs = (attempt) => backoffMs(attempt, retry) } = options;
  let connected: ConnectedPlatform | null = null;
  let error: string | null = null;
  let attempts = 0;
  let readySinceMs: number | null = null;
  let again: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function start(): Promise<void> {
    try {
      const opened = await open(judge);
      if (isClosed) return await end(opened);
      connected = opened;
      judge();
    } catch (failure) {
      log.error({ err: failure, platform: name }, 'a chat platform could not be started');
      // What a library threw may hold the address it asked, and with it a token.
      fail(isAppError(failure) ? failure.message : 'It could not be started. The log has the details.');
    }
  }

  function judge(): void {
    // It may speak before it was handed over.
    if (isClosed || !connected) return;
    const { state } = connected;
    if (state.status === 'failed') {
      fail(state.error);
      return;
    }
    if (state.status === 'ready') {
      clearTimeout(again);
      again = undefined;
      error = null;
      readySinceMs ??= clock.now();
    }
    onChanged();
  }

  function fail(why: string): void {
    if (isClosed) return;
    error = why;
    // One that worked for a while begins anew; one that fails whenever it is ready does not.
    if (readySinceMs !== null && clock.now() - readySinceMs >= retry.maxMs) attempts = 0;
    readySinceMs = null;
    if (again === undefined) {
      attempts += 1;
      again = setTimeout(() => {
        opening = restart();
      }, retryAfterMs(attempts)).unref();
    }
    onChanged();
  }

  async function restart(): Promise<void> {
    const failed = connected;
    connected = null;
    if (failed) await end(failed);
    again = undefined;
    if (!isClosed) await start();
  }

  async function end(platform: ConnectedPlatform): Promise<void> {
    await platform
      .close()
      .catch((failure: unknown) => log.error({ err: failure, platform: name }, 'a chat platform could not be closed'));
  }

  let opening = start();

  return {
    get connected() {
      return connected;
    },
    get status() {
      return error !== null ? 'failed' : (connected?.state.status ?? 'starting');
    },
    get error() {
      return error;
    },
    async close() {
      isClosed = true;
      clearTimeout(again);
      const open = connected;
      connected = null;
      // What is still being opened is closed as soon as it is there; nobody waits long for it, nor for a library that hangs.
      const late = delay(limits.relayPlatformCloseMs, undefined, { ref: false });
      await Promise.race([Promise.all([open && end(open), opening]), late]);
    },
  };
}
