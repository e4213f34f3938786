/** What a conversation says besides its messages. Pure. */
import { plural } from '@/components/ui/format';
import type { RelayInstance, RelayMessage, RelayPrompt } from '@/lib/contracts/relay';

/** Said within this time by the same side, a message needs no head of its own. */
const sameBreathMs = 5 * 60_000;

export interface ShownMessage {
  message: RelayMessage;
  /** The first of its day. */
  startsDay: boolean;
  /** Not the same side, thread or breath as the one above. */
  startsTurn: boolean;
}

/** Oldest first, as it is read. */
export function toShown(newestFirst: readonly RelayMessage[], dayOf: (at: string) => string): ShownMessage[] {
  return newestFirst.toReversed().map((message, index, oldestFirst) => {
    const above = oldestFirst[index - 1];
    if (!above || dayOf(above.at) !== dayOf(message.at)) return { message, startsDay: true, startsTurn: true };
    return { message, startsDay: false, startsTurn: !isSameTurn(above, message) };
  });
}

function isSameTurn(above: RelayMessage, { author, authorName, thread, at }: RelayMessage): boolean {
  return (
    above.author === author &&
    above.authorName === authorName &&
    above.thread?.id === thread?.id &&
    Date.parse(at) - Date.parse(above.at) < sameBreathMs
  );
}

/** Whether an operator's message still waits: a buffer keeps its order, so whatever came after its oldest waits too. */
export function isWaiting({ author, at }: RelayMessage, { buffer }: Pick<RelayInstance, 'buffer'>): boolean {
  if (author !== 'operator' || buffer.events === 0 || buffer.oldestAt === null) return false;
  return Date.parse(at) >= Date.parse(buffer.oldestAt);
}

/** What happens to a message that is sent now, where that is not "it is delivered". */
export function awayWords({ status, buffer }: Pick<RelayInstance, 'status' | 'buffer'>): string | null {
  switch (status) {
    case 'live':
      return buffer.events > 0
        ? `${plural(buffer.events, 'event')} on the way; what you send follows in its order.`
        : null;
    case 'idle':
      return `The gateway sleeps. ${keptWords(buffer.events)}`;
    case 'offline':
      return `The gateway is not connected. ${keptWords(buffer.events)}`;
    case 'disabled':
      return null;
  }
}

function keptWords(events: number): string {
  return events === 0
    ? 'What you send is kept, and delivered when it is back.'
    : `${plural(events, 'event')} ${events === 1 ? 'waits' : 'wait'}, delivered in order when it is back.`;
}

/** How a button of a prompt looks. Only what destroys or refuses has a colour. */
export function optionTone(style: string | null): 'primary' | 'stop-outline' | 'plain' {
  if (style === 'danger' || style === 'destructive') return 'stop-outline';
  return style === 'primary' || style === 'success' ? 'primary' : 'plain';
}

export function chosenLabel({ options, chosen }: RelayPrompt): string | null {
  return options.find(({ id }) => id === chosen)?.label ?? chosen;
}

/** Threads of the messages that are loaded, the one that was used last first. */
export function threadsOf(newestFirst: readonly RelayMessage[]): { id: string; name: string }[] {
  const found = new Map<string, { id: string; name: string }>();
  for (const { thread } of newestFirst) if (thread && !found.has(thread.id)) found.set(thread.id, thread);
  return [...found.values()];
}

/** A line that links the operator to the instance is consumed, and becomes no message. */
export function isLinkLine(text: string): boolean {
  return /^\s*\/link(?:\s+\S+)?\s*$/.test(text);
}
