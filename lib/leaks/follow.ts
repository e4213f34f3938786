/**
 * A word of a terminal's output as a reader sees it: colours and erasures inside it are no part of it, and where it reached the
 * right edge of the screen it goes on in the next line. A movement of the cursor ends it, so a secret that a full-screen
 * program paints piece by piece is not put together again.
 */
import { limits } from '@/lib/platform/limits';

export interface Followed {
  /** The word without what is between its characters. */
  text: string;
  /** Where each of its characters stands. */
  at: number[];
  /** It reaches the end of what is known: more of it may come. */
  open: boolean;
  /** It is longer than any secret, and was cut. */
  cut: boolean;
}

/** Characters of tokens, and of the base64 of keys, which has lines. */
const wordCharacters = charactersOf(/[A-Za-z0-9_.~+/=-]/);
const keyCharacters = charactersOf(/[A-Za-z0-9+/=\s-]/);
const keyEnd = /-----END [A-Z ]{0,30}PRIVATE KEY-----$/;
const csi = '\\u001b\\[[0-?]{0,64}[ -/]{0,4}';
const characterSet = '\\u001b[()*+][0-~]';
/** Styles, erasures, modes, and the choice of a character set: none moves the cursor. */
const still = new RegExp(`${csi}[mKJhl]|${characterSet}`, 'y');
const unfinished = new RegExp(`${csi}$|\\u001b[()*+]?$`, 'y');
const sequences = new RegExp(`${csi}[@-~]|${characterSet}`, 'g');
const sequencesAtEnd = new RegExp(`(?:${csi}[@-~]|${characterSet})+$`);
/** As programs write it, and as a shell does behind the edge while a line is typed: a space that wraps, then back. */
const lineEnd = /\r{0,2}\n| \r|[ \r]$/y;
/** How far back the beginning of a line is looked for. A wider screen's lines are not joined. */
export const lineLookBack = 1_000;

/** From `from`, for a screen of `cols`. A private key, which has lines of its own, is followed over them. */
export function follow(text: string, from: number, cols: number): Followed {
  const isKey = text[from] === '-';
  const belongs = isKey ? keyCharacters : wordCharacters;
  const followed: Followed = { text: '', at: [], open: false, cut: false };
  let place = from;
  while (place < text.length) {
    // Sequences alone can be endless too.
    if (followed.at.length >= limits.leakSecretChars || place - from >= 4 * limits.leakSecretChars) {
      followed.cut = true;
      return followed;
    }
    const end = isKey ? keyPartEnd(text, place) : place + limits.leakSecretChars;
    const start = place;
    while (place < end && belongs[text.charCodeAt(place)] === 1) followed.at.push(place++);
    followed.text += text.slice(start, place);
    if (isKey && keyEnd.test(text.slice(Math.max(from, place - 64), place))) return followed;
    if (place > start) continue;
    const behind = behindStill(text, place) ?? behindFullLine(text, place, cols);
    if (behind === null) return followed;
    place = behind;
  }
  followed.open = true;
  return followed;
}

/** Behind the next end of a line of dashes. */
function keyPartEnd(text: string, place: number): number {
  const end = text.indexOf('KEY-----', place);
  return Math.min(end === -1 ? text.length : end + 8, place + limits.leakSecretChars);
}

function charactersOf(expression: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => (expression.test(String.fromCharCode(code)) ? 1 : 0));
}

/** The character a reader sees before `place`; empty at the beginning of a line. */
export function visibleBefore(text: string, place: number): string {
  const before = text.slice(Math.max(0, place - 80), place);
  return before.replace(sequencesAtEnd, '').at(-1) ?? '';
}

/** Behind a sequence that moves nothing, or at the end where it may become one; null where there is none. */
function behindStill(text: string, place: number): number | null {
  if (text[place] !== '\u001b') return null;
  still.lastIndex = place;
  if (still.test(text)) return still.lastIndex;
  unfinished.lastIndex = place;
  return unfinished.test(text) ? text.length : null;
}

/** Behind the end of a line that fills the screen; null for any other. */
function behindFullLine(text: string, place: number, cols: number): number | null {
  lineEnd.lastIndex = place;
  if (!lineEnd.test(text)) return null;
  const behind = lineEnd.lastIndex;
  return columnAt(text, place) === cols ? behind : null;
}

function columnAt(text: string, place: number): number | null {
  const before = text.slice(Math.max(0, place - lineLookBack), place);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  if (start === -1 && before.length === lineLookBack) return null;
  return before.slice(start + 1).replace(sequences, '').length;
}
