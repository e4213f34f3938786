/** `/api/events`: numbered live events, one way. */
import type { WebSocket } from 'ws';
import { actorMay } from '@/lib/platform/actor';
import type { EventBus, NumberedEvent } from '@/lib/platform/event-bus';
import { send, sendJson } from './link';
import type { TrackedSocket } from './registry';

/** The text of each event is made once, however many sockets it goes to. */
export function createEventTexts(): (event: NumberedEvent) => string {
  const texts = new WeakMap<NumberedEvent, string>();
  return (event) => {
    const text = texts.get(event) ?? JSON.stringify(event);
    texts.set(event, text);
    return text;
  };
}

export interface EventsDeps {
  bus: EventBus;
  textOf: (event: NumberedEvent) => string;
}

/** `since` is the last number the client saw, or null for a fresh start. */
export function serveEvents(
  ws: WebSocket,
  socket: TrackedSocket,
  since: number | null,
  { bus, textOf }: EventsDeps,
): void {
  const seesRecord = actorMay(socket.actor, 'audit.read', 'audit:read');
  const tell = (event: NumberedEvent) => {
    if (event.type !== 'audit.appended' || seesRecord) send(ws, textOf(event));
  };
  if (since !== null) {
    const missed = bus.replay(since);
    if (missed) missed.forEach(tell);
    else sendJson(ws, { type: 'reset', seq: bus.lastSeq });
  }
  const unsubscribe = bus.subscribe(tell);
  ws.once('close', unsubscribe);
  ws.on('message', () => socket.close('malformed', 'this socket only sends'));
}
