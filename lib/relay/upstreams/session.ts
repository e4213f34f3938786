/**
 * One conversation: what waits for its run, in the order in which it came, and the sockets of that run. A message is done once
 * a socket of the run has taken it.
 */
import type { InboundSource } from '../protocol/inbound';
import { sessionKeyOf } from '../protocol/session-key';
import type { Inbox, InboxMessage } from './inbox';
import type { Upstream } from './stored';

/** A socket of a run's child. */
export interface Outlet {
  /** Resolves when the system has taken it; rejects when it will not. */
  deliver(event: InboxMessage['event']): Promise<void>;
}

/** Where a session talks, remembered from what came from there. */
export interface ChatTarget {
  platform: string;
  chatId: string;
  threadId: string | null;
  scopeId: string | null;
  /** Who spoke last. */
  userId: string | null;
}

export interface Session {
  readonly upstream: Upstream;
  readonly key: string;
  /** As the connector names it. */
  readonly wireKey: string;
  target: ChatTarget;
  readonly waiting: InboxMessage[];
  runId: string | null;
  isStarting: boolean;
  isHanding: boolean;
  /** Messages its run has had. */
  handed: number;
  /** Its run ended before it had anything: only a further message starts another. */
  isHeld: boolean;
  /** Its upstream is gone: a run that is just being started has nobody to serve. */
  isOver: boolean;
  /** When something was last said in it, by either side. */
  lastMs: number;
  readonly outlets: Set<Outlet>;
}

export function createSession(upstream: Upstream, first: InboxMessage, nowMs: number): Session {
  return {
    ...{ upstream, key: first.sessionKey, wireKey: sessionKeyOf(first.event.source) },
    ...{ target: targetOf(first.event.source), waiting: [], outlets: new Set() },
    ...{ runId: null, isStarting: false, isHanding: false, handed: 0, isHeld: false, isOver: false, lastMs: nowMs },
  };
}

export function targetOf(source: InboundSource): ChatTarget {
  const { platform, chat_id: chatId, thread_id: threadId, scope_id: scopeId = null, user_id: userId } = source;
  return { platform, chatId, threadId, scopeId, userId };
}

/** Gives its run what waits, one after the other, to every socket of it: which of them listens is the agent's own business. */
export async function handOver(session: Session, inbox: Pick<Inbox, 'handed'>): Promise<void> {
  if (session.isHanding) return;
  session.isHanding = true;
  const { waiting, outlets } = session;
  for (let [next] = waiting; next && outlets.size > 0; [next] = waiting) {
    const { runId } = session;
    const asked = [...outlets];
    const isTaken = await takenByOne(asked, next);
    if (!isTaken) for (const outlet of asked) outlets.delete(outlet);
    if (!isTaken || runId === null) continue;
    // What was interrupted meanwhile is not there any more.
    if (waiting[0] === next) waiting.shift();
    if (session.runId === runId) session.handed += 1;
    inbox.handed(next, runId);
  }
  session.isHanding = false;
}

async function takenByOne(outlets: readonly Outlet[], { event }: InboxMessage): Promise<boolean> {
  try {
    await Promise.any(outlets.map((outlet) => outlet.deliver(event)));
    return true;
  } catch {
    return false;
  }
}
