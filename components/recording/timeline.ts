import type { Cast, CastEvent } from './cast';

/** A pause longer than this is shortened to it while pauses are skipped. */
const longestPauseSeconds = 2;

export interface Timeline {
  durationSeconds: number;
  /** When the event at `index` plays. */
  timeOf: (index: number) => number;
  /** How many events have played by `seconds`. */
  countAt: (seconds: number) => number;
}

/** When each event plays: as recorded, or with long pauses shortened. */
export function createTimeline({ events }: Cast, skipPauses: boolean): Timeline {
  const times = skipPauses ? shorten(events) : Float64Array.from(events, (event) => event.at);
  return {
    durationSeconds: times.at(-1) ?? 0,
    timeOf: (index) => times[index] ?? 0,
    countAt(seconds) {
      let low = 0;
      let high = times.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((times[middle] ?? 0) <= seconds) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}

function shorten(events: readonly CastEvent[]): Float64Array {
  const times = new Float64Array(events.length);
  let before = 0;
  let played = 0;
  events.forEach((event, index) => {
    played += Math.min(longestPauseSeconds, Math.max(0, event.at - before));
    before = event.at;
    times[index] = played;
  });
  return times;
}
