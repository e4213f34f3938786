/**
 * Leaves out what scrolls away before anybody can see it. A program that floods its terminal with plain text replaces the whole
 * screen and all of its scrollback many times between two looks at it, and drawing each line costs more than reading it. What
 * is left out is proven to leave no trace: printable ASCII, tabs and line ends alone, written to a parser that is between
 * sequences, on a screen that scrolls as a whole, and followed by more such lines than screen and scrollback hold.
 */

const [bell, lineFeed, carriageReturn, esc] = [0x07, 0x0a, 0x0d, 0x1b];
/** In UTF-8, what every control of the C1 set starts with. */
const c1Lead = 0xc2;

/** 1 for bytes that print a cell or move to another, and change nothing else. */
const plain = new Uint8Array(256);
plain.fill(1, 0x20, 0x7f);
for (const byte of [0x09, lineFeed, carriageReturn]) plain[byte] = 1;

/** Where the parser is; when in doubt within a string, where nothing is left out. An escape ends each of them. */
type State = 'ground' | 'escape' | 'csi' | 'osc' | 'string';

export interface ScrolledAway {
  /**
   * The parts of `bytes` to draw, in order. Every byte the screen is given must pass through here. `lines` is what screen and
   * scrollback hold, twice the screen counted; null where the screen does not scroll as a whole.
   */
  keep(bytes: Uint8Array, lines: number | null): Uint8Array[];
}

export function createScrolledAway(): ScrolledAway {
  let state: State = 'ground';
  let previous = 0;

  return {
    keep(bytes, lines) {
      const end = state === 'ground' ? plainEnd(bytes) : 0;
      if (end > 0) previous = bytes[end - 1] ?? 0;
      for (let at = end; at < bytes.length; at += 1) {
        const byte = bytes[at] ?? 0;
        state = previous === c1Lead && byte >= 0x80 && byte < 0xa0 ? 'string' : nextState(state, byte);
        previous = byte;
      }
      if (lines === null || end === 0) return [bytes];
      // The first line is drawn whatever it is: it may end a character or a line that began before.
      const from = afterLine(bytes, 0, end);
      const to = from === null ? null : beforeLastLines(bytes, end, lines);
      if (from === null || to === null || to <= from) return [bytes];
      return [bytes.subarray(0, from), bytes.subarray(to)];
    },
  };
}

function plainEnd(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length && plain[bytes[at] ?? 0] === 1) at += 1;
  return at;
}

/** Behind the first line end, where the cursor is in the first column whatever was before. */
function afterLine(bytes: Uint8Array, from: number, end: number): number | null {
  for (let at = from + 1; at < end; at += 1)
    if (bytes[at] === lineFeed && bytes[at - 1] === carriageReturn) return at + 1;
  return null;
}

/** Behind a line end after which at least `lines` more come before `end`. */
function beforeLastLines(bytes: Uint8Array, end: number, lines: number): number | null {
  let seen = 0;
  for (let at = end - 1; at > 0; at -= 1) {
    if (bytes[at] !== lineFeed || bytes[at - 1] !== carriageReturn) continue;
    if (seen === lines) return at + 1;
    seen += 1;
  }
  return null;
}

/** ECMA-48 as far as it says when text is text again. */
function nextState(state: State, byte: number): State {
  if (byte === esc) return 'escape';
  switch (state) {
    case 'ground':
    case 'string':
      return state;
    case 'escape':
      if (byte === 0x5b) return 'csi';
      if (byte === 0x5d) return 'osc';
      // DCS, SOS, PM and APC.
      if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string';
      return byte >= 0x30 && byte < 0x7f ? 'ground' : 'escape';
    case 'csi':
      return byte >= 0x40 && byte < 0x7f ? 'ground' : 'csi';
    case 'osc':
      return byte === bell ? 'ground' : 'osc';
    default:
      return state satisfies never;
  }
}
