/** What the platforms that this server talks to have in common: how they are set up, and what they say of themselves. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RelayPlatformKind, RelayPlatformSettings } from '@/lib/contracts/relay-platforms';
import { isPrivateAddress, literalAddress } from '@/lib/platform/addresses';
import { isErrorCode } from '@/lib/platform/errors';
import type { IntakeResult } from '../intake';
import { linkCodeIn } from '../linking';
import type { OutboundResult } from '../protocol/actions';
import type { InboundEvent } from '../protocol/inbound';
import type { ConnectedPlatform, PlatformStart } from './platform';

/** Rejects when the signal ends it. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<unknown>;

export interface ChatPlatformOptions<Kind extends RelayPlatformKind>
  extends PlatformStart<Extract<RelayPlatformSettings, { kind: Kind }>> {
  wait?: Wait;
}

export const realWait: Wait = (ms, signal) => delay(ms, undefined, { signal, ref: false });

type State = ConnectedPlatform['state'];

export interface PlatformStanding {
  readonly state: State;
  readonly account: string | null;
  ready(account?: string): void;
  starting(): void;
  /** `error` is a sentence for an admin: what is wrong and what to do. */
  failed(error: string): void;
}

export function createStanding(onChanged: () => void): PlatformStanding {
  let state: State = { status: 'starting' };
  let account: string | null = null;

  function become(next: State, name: string | null = account): void {
    if (JSON.stringify([state, account]) === JSON.stringify([next, name])) return;
    state = next;
    account = name;
    onChanged();
  }

  return {
    get state() {
      return state;
    },
    get account() {
      return account;
    },
    ready: (name) => become({ status: 'ready' }, name),
    starting: () => become({ status: 'starting' }),
    failed: (error) => become({ status: 'failed', error }),
  };
}

export function failure(code: string, error: string): OutboundResult {
  return { success: false, error, code };
}

export const malformed = (field: string): OutboundResult => failure('malformed', `malformed action: ${field}`);

/** Before anything is sent, so that a message never arrives in part. */
export const tooLong = (units: number, limit: number): OutboundResult =>
  failure('too_long', `message too long: ${units} UTF-16 code units, of at most ${limit}`);

/**
 * Nobody on the way may read a bot's token: without TLS it goes to this machine, a private address or a name without a dot,
 * which no public name server knows.
 */
export function isSafeRoot(root: string): boolean {
  const { protocol, hostname } = new URL(root);
  if (protocol === 'https:' || protocol === 'wss:') return true;
  const address = literalAddress(hostname);
  return address === undefined ? !hostname.includes('.') : isPrivateAddress(address);
}

export const unsafeRoot = 'apiRoot: over http a public address is told the token in the clear. Use https.';

/** The record could not be written: the message must be tried again, and not be taken for delivered. */
export const isRecordAway = (error: unknown): boolean => codeOf(error) === 'AUDIT_UNAVAILABLE';

/** For the log, which must not hold an error of a library: those carry addresses and bodies with credentials. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return isErrorCode(code) || /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : 'UNKNOWN';
}

/** A link code is answered, since whoever sent it waits for that. Everybody else hears what the gateway says, or nothing. */
export function linkAnswer({ text, source }: InboundEvent, outcome: IntakeResult['outcome']): string | null {
  if (linkCodeIn(text, source) === null) return null;
  if (outcome === 'linked') return 'This chat is linked.';
  return outcome === 'refused' ? 'That code is wrong, used or over. Ask for a new one.' : null;
}
