/**
 * asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/) as the recorder writes it: a JSON header line, then one
 * `[seconds, kind, data]` a line. A line that is not of that form, such as the last one of a recording a crash cut short,
 * is left out.
 */
export type CastEventKind = 'o' | 'r' | 'm';
export interface CastEvent {
  /** Seconds since the start. */
  at: number;
  kind: CastEventKind;
  data: string;
}
export interface Cast {
  cols: number;
  rows: number;
  events: CastEvent[];
  durationSeconds: number;
}

export class CastError extends Error {}

const kinds: readonly string[] = ['o', 'r', 'm'] satisfies CastEventKind[];

export function createCastParser() {
  let rest = '';
  let header: { cols: number; rows: number } | null = null;
  const events: CastEvent[] = [];

  function takeLine(line: string): void {
    if (line.trim() === '') return;
    if (header === null) {
      header = parseHeader(line);
      return;
    }
    const event = parseEvent(line);
    if (event) events.push(event);
  }

  return {
    push(text: string): void {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) takeLine(line);
    },
    /** @throws CastError where there is no header. */
    finish(): Cast {
      takeLine(rest);
      if (header === null) throw new CastError('The recording is empty. The run may not have shown anything yet.');
      return { ...header, events, durationSeconds: events.at(-1)?.at ?? 0 };
    },
  };
}

function parseHeader(line: string): { cols: number; rows: number } {
  const header = parseJson(line);
  if (typeof header === 'object' && header !== null && 'version' in header && header.version === 2) {
    const cols = 'width' in header ? Number(header.width) : Number.NaN;
    const rows = 'height' in header ? Number(header.height) : Number.NaN;
    if (isSize(cols) && isSize(rows)) return { cols, rows };
  }
  throw new CastError('The recording is not an asciicast of version 2.');
}

function parseEvent(line: string): CastEvent | null {
  const event = parseJson(line);
  if (!Array.isArray(event)) return null;
  const [at, kind, data]: unknown[] = event;
  if (typeof at !== 'number' || typeof data !== 'string' || !kinds.includes(String(kind))) return null;
  return { at, kind: kind as CastEventKind, data };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export function parseSize(data: string): { cols: number; rows: number } | null {
  const [cols = Number.NaN, rows = Number.NaN] = data.split('x').map(Number);
  return isSize(cols) && isSize(rows) ? { cols, rows } : null;
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 1000;
}
