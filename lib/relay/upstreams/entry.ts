/** One upstream of this process: its dialler, what led nowhere, and the messages that are being stored in their order. */
import type { AuditLog } from '@/lib/audit/log';
import { type Clock, toIso } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import { createDialler, type Dialler, type DialTimes, disabledText } from './dialler';
import { createDrops, type DropReason } from './drops';
import type { Inbox } from './inbox';
import type { UpstreamLink } from './link';
import { toShown } from './negotiated';
import { principalOf } from './run-body';
import type { Sessions } from './sessions';
import type { OpenSocket } from './socket';
import type { Upstream, UpstreamState } from './stored';

export interface UpstreamEntry {
  readonly upstream: Upstream;
  readonly dialler: Dialler;
  state(): UpstreamState;
  drop(reason: DropReason): void;
  /** What keeps its messages from being served, though it is connected. */
  setProblem(problem: string): void;
  /** Nothing that it delivered is served from now on. */
  close(): void;
}

export interface EntryOptions {
  upstream: Upstream;
  /** Null for one without, undefined for one that cannot be read any more. */
  secret: string | null | undefined;
  /** When its connector cut us off, in a life of the server before this one. */
  disabledAt: Date | null;
  audit: AuditLog;
  clock: Clock;
  log: Log;
  inbox: Inbox;
  sessions: Sessions;
  open: OpenSocket;
  chance?: (() => number) | undefined;
  newRequestId: () => string;
  times: DialTimes;
  onChanged: (upstreamId: string) => void;
  onDisabled: (entry: UpstreamEntry, reason: string) => void;
}

type Delivered = Parameters<Inbox['take']>[1];

export function createEntry(options: EntryOptions): UpstreamEntry {
  const { upstream, secret, disabledAt, audit, clock, log, inbox, sessions, onChanged, onDisabled } = options;
  const { open, chance, newRequestId, times } = options;
  const { id } = upstream;
  const drops = createDrops();
  /** Messages are stored one after the other: their order is that of the record, and one that comes twice is seen. */
  const inTurn = createOneAtATime();
  let storing = 0;
  let problem: string | null = null;
  let wasReady = false;
  let isClosed = false;
  /** A connection that a message could not be stored of: none of its later ones may be acknowledged before that one. */
  let broken: UpstreamLink | null = null;

  function drop(reason: DropReason): void {
    // The first of each kind on a connection has a row; how many there were is told when it ends.
    if (drops.add(reason))
      audit.note({
        ...{ actor: `upstream:${id}`, action: 'relay.upstream_drop', target: id, outcome: 'refused' },
        data: { because: reason },
      });
    onChanged(id);
  }

  async function take(delivered: Delivered, link: UpstreamLink | null): Promise<void> {
    if (isOver() || (delivered.bufferId !== null && link !== null && link === broken)) return;
    const reason = refusalOf(upstream, delivered);
    if (reason) drop(reason);
    else {
      const message = await inbox.take(id, delivered);
      if (message && !isOver()) sessions.receive(upstream, message);
    }
    if (delivered.bufferId !== null) dialler.link?.acknowledge(delivered.bufferId);
  }

  const isOver = () => isClosed || dialler.state.status === 'disabled';

  function inOrder(work: (link: UpstreamLink | null) => Promise<void>): void {
    const { link } = dialler;
    storing += 1;
    if (storing === limits.upstreamStoring) dialler.setPaused(true);
    inTurn(() => work(link))
      .catch((error: unknown) => {
        log.error({ err: error, upstreamId: id }, 'a message of an upstream could not be stored');
        // What was not acknowledged comes again with the next connection, in its order.
        broken = link;
        dialler.redial('A message could not be stored.');
      })
      .finally(() => {
        storing -= 1;
        if (storing === limits.upstreamStoring - 1) dialler.setPaused(false);
      });
  }

  const dialler = createDialler({
    ...{ upstream, secret: secret ?? null, open, clock, log, chance, newRequestId, times },
    events: {
      onDropped: drop,
      stored: () => inTurn(async () => undefined),
      onMessage: (delivered) => inOrder((link) => take(delivered, link)),
      onInterrupt: ({ sessionKey, chatId }) =>
        inOrder(async () => {
          audit.note({ ...{ actor: `upstream:${id}`, action: 'relay.interrupt', target: id, data: { sessionKey } } });
          if (!sessions.interrupt(id, sessionKey, chatId)) drop('no_session');
        }),
      onChanged: () => onChanged(id),
      onReady() {
        problem = null;
        wasReady = true;
        const platforms = [...(dialler.link?.negotiated.keys() ?? [])];
        audit.note({ actor: 'server', action: 'relay.upstream_live', target: id, data: { platforms } });
      },
      onClosed({ code, reason }) {
        const data = { code, reason: reason.slice(0, 123), dropped: drops.since() };
        // One that cannot be reached for a night is not a row for each dial.
        if (wasReady) audit.note({ actor: 'server', action: 'relay.upstream_close', target: id, data });
        wasReady = false;
      },
      onDisabled: (reason) => onDisabled(entry, reason),
    },
  });
  if (disabledAt)
    Object.assign(dialler.state, { status: 'disabled', lastError: disabledText, sinceMs: disabledAt.getTime() });
  else if (secret === undefined)
    Object.assign(dialler.state, {
      status: 'error',
      lastError: 'Its secret cannot be read. Remove it, and add it again.',
    });

  const entry: UpstreamEntry = {
    ...{ upstream, dialler, drop },
    close() {
      isClosed = true;
      dialler.close();
    },
    setProblem(text) {
      problem = text;
      onChanged(id);
    },
    state() {
      const { status, sinceMs, lastError } = dialler.state;
      const negotiated = [...(dialler.link?.negotiated.values() ?? [])];
      return {
        ...{ status, since: toIso(sinceMs), lastError: lastError ?? problem, descriptors: toShown(negotiated) },
        ...{ sessions: sessions.count(id), dropped: drops.total() },
      };
    },
  };
  return entry;
}

/** A message is trusted for the connection it came by, whatever it says of itself. */
function refusalOf({ isTrusted }: Upstream, { event }: Delivered): DropReason | null {
  if (!isTrusted) return 'untrusted';
  return principalOf(event.source) ? null : 'author';
}
