/**
 * Finds secrets in a stream, however it is cut: what was decided of a piece is what would be decided of the whole. It holds the
 * end of the stream and no more, and takes time in proportion to it: the text is searched for the few characters a secret
 * begins with, and only what follows them is looked at.
 */
import { type Followed, follow, lineLookBack, visibleBefore } from './follow';
import { anySecret, patternOf, secretPatterns } from './patterns';

export interface FoundSecret {
  pattern: string;
  /** In memory alone. */
  secret: string;
  /** Where its characters stand in the stream, as ranges `[from, to)`. */
  spans: Array<[from: number, to: number]>;
}

export interface SecretFinder {
  push(text: string): FoundSecret[];
  /** Takes what stands at the very end for what it is. What is no secret yet may still become one. */
  settle(): FoundSecret[];
  /** What is before this place in the stream holds no secret that is still to be found. */
  decidedTo(): number;
  /** True where the stream ends in something that may be a secret. */
  waits(): boolean;
  resize(cols: number): void;
}

/** Between two characters a reader sees side by side: colours, as a search highlights with, or the end of a full line. */
const gap = '(?:\\u001b\\[[0-9;]{0,16}[mK]){0,2}(?:\\r?\\n| \\r)?';
const beginning = new RegExp(
  [...new Set(secretPatterns.map(({ starts }) => starts.replace(/\[[^\]]+\]|[^|[\]](?!$|\|)/g, `$&${gap}`)))].join('|'),
  'g',
);
const keyLine = /^-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;
const longestKeyLine = 64;
/** A key is searched for by the end of its dashes: they also stand alone, and by the thousand. */
const keyLead = 4;
/** More than any beginning with its gaps. */
const beginningChars = 256;
/** A secret has fifteen characters or more, so whatever cuts it in two leaves so many in one. */
const shortestPart = 8;

export function createSecretFinder({ cols, skims }: { cols: number; skims: boolean }): SecretFinder {
  const anySecretHere = anySecret('y');
  /** The end of the stream, and where it begins. */
  let text = '';
  let base = 0;
  /** In `text`: what begins before it was found or ruled out. */
  let next = 0;
  let waiting = false;

  function search(settling: boolean): FoundSecret[] {
    const found: FoundSecret[] = [];
    const words = createWords(text, cols);
    waiting = false;
    beginning.lastIndex = Math.max(0, next);
    for (let match = beginning.exec(text); match !== null; match = beginning.exec(text)) {
      const from = text[match.index] === '-' ? match.index - keyLead : match.index;
      const word = from < 0 || noKeyAt(text, from) ? null : words.at(from);
      const secret = word === null || (word.followed.open && !settling) ? null : secretAt(word);
      if (word && secret !== null) {
        found.push(foundAs(secret, word));
        beginning.lastIndex = (word.followed.at[word.index + secret.length - 1] ?? match.index) + 1;
      } else beginning.lastIndex = match.index + 1;
      const undecided = word?.followed.open === true && secret === null;
      if (!waiting) next = undecided ? match.index : beginning.lastIndex;
      waiting ||= undecided;
      if (waiting && !settling) return found;
    }
    if (!waiting) next = Math.max(next, text.length - beginningChars);
    return found;
  }

  function secretAt({ followed, index }: Word): string | null {
    // An expression may ask what stands before it.
    const before = index > 0 ? '' : visibleBefore(text, followed.at[0] ?? 0);
    anySecretHere.lastIndex = before.length + index;
    return anySecretHere.exec(before + followed.text)?.[0] ?? null;
  }

  function foundAs(secret: string, { followed, index }: Word): FoundSecret {
    const spans: FoundSecret['spans'] = [];
    for (const place of followed.at.slice(index, index + secret.length)) {
      const last = spans.at(-1);
      if (last && last[1] === base + place) last[1] += 1;
      else spans.push([base + place, base + place + 1]);
    }
    return { pattern: patternOf(secret), secret, spans };
  }

  /** Keeps what is undecided, with as much before it as decides about it. */
  function forget(): void {
    const from = Math.max(0, Math.min(next, text.length - beginningChars) - lineLookBack - beginningChars);
    text = text.slice(from);
    base += from;
    next -= from;
  }

  return {
    push(more) {
      const fresh = text.length;
      text += more;
      const found = skims && !waiting && !hasLongPart(text, Math.max(0, fresh - shortestPart)) ? [] : search(false);
      if (!waiting) next = Math.max(next, text.length - beginningChars);
      forget();
      return found;
    },
    settle: () => (waiting ? search(true) : []),
    decidedTo: () => base + Math.max(0, next - keyLead),
    waits: () => waiting,
    resize(newCols) {
      cols = newCols;
    },
  };
}

interface Word {
  followed: Followed;
  /** Where in it the beginning stands that was asked for. */
  index: number;
}

/** Words by any place in them, asked for in order: each is followed once, however many beginnings are in it. */
function createWords(text: string, cols: number) {
  const last = new Map<boolean, Word>();
  return {
    at(from: number): Word {
      const isKey = text[from] === '-';
      const known = last.get(isKey);
      if (known) {
        while ((known.followed.at[known.index] ?? Number.POSITIVE_INFINITY) < from) known.index += 1;
        const nearlyOver = known.followed.cut && known.index > known.followed.at.length / 2;
        if (known.followed.at[known.index] === from && !nearlyOver) return known;
      }
      const word = { followed: follow(text, from, cols), index: 0 };
      last.set(isKey, word);
      return word;
    },
  };
}

/** Certificates and public keys begin alike, and would be waited for to their ends. */
function noKeyAt(text: string, from: number): boolean {
  return (
    text[from] === '-' && text.length - from > longestKeyLine && !keyLine.test(text.slice(from, from + longestKeyLine))
  );
}

/** What floods a terminal has mostly short words: looking at each eighth character tells whether there is a longer one. */
function hasLongPart(text: string, from: number): boolean {
  for (let place = from + shortestPart - 1; place < text.length; place += shortestPart) {
    if (!isWord(text.charCodeAt(place))) continue;
    let start = place;
    while (start > from && isWord(text.charCodeAt(start - 1))) start -= 1;
    let end = place + 1;
    while (end < text.length && end - start < shortestPart && isWord(text.charCodeAt(end))) end += 1;
    if (end - start >= shortestPart) return true;
  }
  return false;
}

/** Letters, digits, and - . _ : what a secret consists of, and more. */
function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2b && code <= 0x39 && code !== 0x2c) ||
    code === 0x5f ||
    code === 0x3d
  );
}
