/**
 * A long text as messages that fit: cut at ends of lines where there are any, else at spaces, else between characters, never in
 * a surrogate pair. A code block that a cut goes through is closed before it and opened again after it, so that each message
 * reads as the whole did.
 */
export type LengthUnit = 'chars' | 'utf16';

interface SplitRule {
  maxLength: number;
  unit: LengthUnit;
  hasCodeBlocks: boolean;
}

/** A code block that is open: the line that opened it, and what closes it. */
interface Fence {
  opening: string;
  closing: string;
}

/** Fences that would leave no room to the text are text like any other: what of a message opens a block again, and what closes it. */
const openingShare = 1 / 8;
const closingShare = 1 / 16;

export function splitText(text: string, rule: SplitRule): string[] {
  if (lengthOf(text, rule.unit) <= rule.maxLength) return [text];
  const parts: string[] = [];
  let rest = text;
  let open: Fence | null = null;
  while (rest !== '') {
    const head: string = open ? `${open.opening}\n` : '';
    const whole = head + rest;
    if (lengthOf(whole, rule.unit) <= rule.maxLength) {
      parts.push(whole);
      break;
    }
    const room = rule.maxLength - lengthOf(head, rule.unit) - fenceRoom(rest, open, rule);
    const cut = cutAt(rest, endOf(rest, Math.max(room, 1), rule.unit));
    const piece = rest.slice(0, cut.end);
    const after: Fence | null = rule.hasCodeBlocks ? fenceAfter(piece, open, rule) : null;
    parts.push(after ? `${head}${piece}\n${after.closing}` : head + piece);
    open = after;
    rest = rest.slice(cut.next);
  }
  return parts.filter((part) => part.trim() !== '');
}

export function lengthOf(text: string, unit: LengthUnit): number {
  if (unit === 'utf16') return text.length;
  let points = 0;
  for (let at = 0; at < text.length; at += widthAt(text, at)) points += 1;
  return points;
}

/** Where the first `room` units of a text end: at least after its first character. */
function endOf(text: string, room: number, unit: LengthUnit): number {
  let end = 0;
  for (let used = 0; end < text.length; ) {
    const width = widthAt(text, end);
    used += unit === 'utf16' ? width : 1;
    if (used > room && end > 0) break;
    end += width;
  }
  return end;
}

/** Of a character in code units: a pair is never halved. */
function widthAt(text: string, at: number): 1 | 2 {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** The line break at a cut is what the border between two messages stands for; anything else is kept. */
function cutAt(text: string, end: number): { end: number; next: number } {
  if (text[end] === '\n') return { end, next: end + 1 };
  const line = text.lastIndexOf('\n', end - 1);
  // A message of a few words, because a long line follows them, helps nobody.
  if (line > end / 4) return { end: line, next: line + 1 };
  const space = text.lastIndexOf(' ', end - 1);
  return space > end / 4 ? { end: space + 1, next: space + 1 } : { end, next: end };
}

function fenceRoom(text: string, open: Fence | null, { hasCodeBlocks, maxLength }: SplitRule): number {
  if (!hasCodeBlocks) return 0;
  const marks = (text.match(/^ {0,3}(`{3,}|~{3,})/gm) ?? []).map((mark) => mark.trim().length);
  const longest = Math.max(open?.closing.length ?? 0, ...marks.filter((length) => length <= maxLength * closingShare));
  return longest === 0 ? 0 : longest + 1;
}

/** The block that is open where a piece ends. */
function fenceAfter(piece: string, before: Fence | null, { maxLength }: SplitRule): Fence | null {
  let open = before;
  for (const line of piece.split('\n')) {
    const [, closing = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (closing === '' || closing.length > maxLength * closingShare) continue;
    if (open) open = closing.startsWith(open.closing) && info.trim() === '' ? null : open;
    else if (!closing.startsWith('`') || !info.includes('`'))
      open = { opening: line.length <= maxLength * openingShare ? line.trimEnd() : closing, closing };
  }
  return open;
}
