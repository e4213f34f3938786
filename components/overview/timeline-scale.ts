/** Places moments on the axis of the timeline, in percent of its width. */
export interface Scale {
  startMs: number;
  endMs: number;
  at: (ms: number) => number;
  ticks: { ms: number; label: string }[];
}

const hourMs = 3_600_000;

/** A window of `hours` that ends a little after now, so that the line of now has room. */
export function timelineScale(
  nowMs: number,
  hours: number,
  { tickHours, lastLabelAt }: { tickHours: number; lastLabelAt: number },
): Scale {
  const span = hours * hourMs;
  const endMs = nowMs + span * 0.06;
  const startMs = endMs - span;
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - startMs) / span) * 100));
  const first = new Date(startMs);
  first.setMinutes(60, 0, 0);
  const ticks: Scale['ticks'] = [];
  for (let ms = first.getTime(); ms < endMs; ms += hourMs) {
    const hour = new Date(ms).getHours();
    // A label too near the right end would be cut off.
    if (hour % tickHours === 0 && at(ms) < lastLabelAt)
      ticks.push({ ms, label: `${String(hour).padStart(2, '0')}:00` });
  }
  return { startMs, endMs, at, ticks };
}
