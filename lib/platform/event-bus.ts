/**
 * Live events, numbered, with a bounded replay. One writer process, many readers. `publish` never throws: a listener that
 * does is reported and the others still hear.
 */
import type { EventFrame, LiveEventPayload } from '@/lib/contracts/events';
import { type Clock, toIso } from './clock';

export type NumberedEvent = Extract<EventFrame, { at: string }>;
type Listener = (event: NumberedEvent) => void;

export interface EventBus {
  publish(event: LiveEventPayload): void;
  subscribe(listener: Listener): () => void;
  /** Events after `since`, or null when the gap is too old (or from another process) to replay. */
  replay(since: number): NumberedEvent[] | null;
  readonly lastSeq: number;
}

export interface EventBusOptions {
  clock: Clock;
  replayLimit: number;
  onListenerError: (error: unknown) => void;
}

export function createEventBus({ clock, replayLimit, onListenerError }: EventBusOptions): EventBus {
  // Numbers start at the wall clock, so that a `since` kept across a restart is seen as a gap, not as a promise kept.
  const firstSeq = clock.now();
  let lastSeq = firstSeq;
  const kept: NumberedEvent[] = [];
  const listeners = new Set<Listener>();

  return {
    get lastSeq() {
      return lastSeq;
    },
    publish(payload) {
      lastSeq += 1;
      const event = { seq: lastSeq, at: toIso(clock.now()), ...payload };
      kept.push(event);
      // Trimmed in halves: moving the array at each publish would cost more than the events.
      if (kept.length > replayLimit * 1.5) kept.splice(0, kept.length - replayLimit);
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replay(since) {
      if (since === lastSeq) return [];
      const oldest = kept[0]?.seq;
      if (oldest === undefined || since > lastSeq || since < oldest - 1) return null;
      return kept.slice(since - oldest + 1);
    },
  };
}
