/**
 * Leaves out what scrolls away before anybody can see it. A program that floods its terminal with plain text replaces the whole
 * screen and all of its scrollback many times between two looks at it, and drawing each line costs more than reading it. What
 * is left out is proven to leave no trace: printable ASCII, tabs, line ends and styles alone, written to a parser that is between
 * sequences, on a screen that scrolls as a whole, and followed by more such lines than screen and scrollback hold. Styles
 * outlive the text they were for, so those in force at the end of what is left out are kept.
 */

const [bell, lineFeed, carriageReturn, esc] = [0x07, 0x0a, 0x0d, 0x1b];
/** In UTF-8, what every control of the C1 set starts with. */
const c1Lead = 0xc2;

const [leftBracket, styleFinal] = [0x5b, 0x6d];

/** 1 for bytes that print a cell or move to another, and change nothing else. */
const plain = new Uint8Array(256);
plain.fill(1, 0x20, 0x7f);
for (const byte of [0x09, lineFeed, carriageReturn]) plain[byte] = 1;

/** Where the parser is; when in doubt within a string, where nothing is left out. An escape ends each of them. */
type State = 'ground' | 'escape' | 'style' | 'csi' | 'osc' | 'string';

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
      // A style that was cut between two batches changes nothing that `lines` was told about; any other sequence might.
      const start = state === 'escape' || state === 'style' ? styleEnd(bytes, 0, state) : 0;
      const between = state === 'ground' || start > 0;
      const end = between ? plainEnd(bytes, start) : 0;
      if (end > 0) {
        state = 'ground';
        previous = bytes[end - 1] ?? 0;
      }
      for (let at = end; at < bytes.length; at += 1) {
        const byte = bytes[at] ?? 0;
        state = previous === c1Lead && byte >= 0x80 && byte < 0xa0 ? 'string' : nextState(state, byte);
        previous = byte;
      }
      if (lines === null || end === 0) return [bytes];
      // The first line is drawn whatever it is: it may end a character or a line that began before.
      const from = afterLine(bytes, start, end);
      const to = from === null ? null : beforeLastLines(bytes, end, lines);
      if (from === null || to === null || to <= from) return [bytes];
      return [bytes.subarray(0, from), ...stylesInForce(bytes.subarray(from, to)), bytes.subarray(to)];
    },
  };
}

/** Where something begins that is neither plain nor a whole style. */
function plainEnd(bytes: Uint8Array, from: number): number {
  // Four bytes at a time: a batch is megabytes, and this is all that most of it is ever looked at.
  const aligned = -bytes.byteOffset & 3;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + aligned, Math.max(0, bytes.length - aligned) >> 2);
  let at = from;
  while (at < bytes.length) {
    if (((at - aligned) & 3) === 0 && at >= aligned) {
      let word = (at - aligned) >> 2;
      while (word < words.length && isPrintable(words[word] ?? 0)) word += 1;
      at = aligned + (word << 2);
      if (at >= bytes.length) break;
    }
    const byte = bytes[at] ?? 0;
    if (plain[byte] === 1) at += 1;
    else {
      const end = byte === esc ? styleEnd(bytes, at + 1, 'escape') : 0;
      if (end === 0) break;
      at = end;
    }
  }
  return at;
}

/** True where each of the four bytes is between 0x20 and 0x7e. */
function isPrintable(word: number): boolean {
  return ((word | (word - 0x20202020) | (word + 0x01010101)) & 0x80808080) === 0;
}

/** Behind the SGR sequence whose escape, or more of it, came before `from`; 0 where it is another, or goes on beyond the end. */
function styleEnd(bytes: Uint8Array, from: number, state: 'escape' | 'style'): number {
  let at = from;
  if (state === 'escape') {
    if (bytes[at] !== leftBracket) return 0;
    at += 1;
  }
  while (isStyleParameter(bytes[at])) at += 1;
  return bytes[at] === styleFinal ? at + 1 : 0;
}

/** A digit, a colon or a semicolon. */
function isStyleParameter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x3b;
}

/** From the last one that resets them all; in one piece, or none. */
function stylesInForce(plainText: Uint8Array): Uint8Array[] {
  const text = Buffer.from(plainText.buffer, plainText.byteOffset, plainText.length);
  const styles: Uint8Array[] = [];
  let at = text.lastIndexOf(esc);
  while (at !== -1) {
    const style = text.subarray(at, styleEnd(text, at + 1, 'escape'));
    styles.push(style);
    if (isReset(style)) break;
    at = at === 0 ? -1 : text.lastIndexOf(esc, at - 1);
  }
  return styles.length === 0 ? [] : [Buffer.concat(styles.reverse())];
}

function isReset(style: Uint8Array): boolean {
  return style.length === 3 || (style.length === 4 && style[2] === 0x30);
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
      if (byte === leftBracket) return 'style';
      if (byte === 0x5d) return 'osc';
      // DCS, SOS, PM and APC.
      if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string';
      return byte >= 0x30 && byte < 0x7f ? 'ground' : 'escape';
    case 'style':
      if (isStyleParameter(byte)) return 'style';
      return byte >= 0x40 && byte < 0x7f ? 'ground' : 'csi';
    case 'csi':
      return byte >= 0x40 && byte < 0x7f ? 'ground' : 'csi';
    case 'osc':
      return byte === bell ? 'ground' : 'osc';
    default:
      return state satisfies never;
  }
}
