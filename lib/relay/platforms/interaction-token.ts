/**
 * Takes the credential out of an interaction: every string that is the value of a `token` key of the outermost object becomes an
 * empty one, however the key is written, and no other byte changes. Bytes, not a parse and a write: whoever gets the body may
 * check a digest of it, and numbers, order and repeated keys would not survive.
 */
export interface CutBody {
  body: Buffer;
  /** The last one, as JSON has it where a key is repeated; null where there was none. */
  token: string | null;
}

/** `body` is the text of a JSON object, in UTF-8: whoever asks has parsed it. */
export function cutTopLevelToken(body: Buffer): CutBody {
  const kept: Buffer[] = [];
  let token: string | null = null;
  let from = 0;
  let depth = 0;
  let isKey = false;
  let key: string | null = null;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) {
      const end = endOfString(body, at);
      if (depth === 1 && isKey) key = stringIn(body, at, end);
      else if (depth === 1 && key === 'token') {
        token = stringIn(body, at, end);
        kept.push(body.subarray(from, at), empty);
        from = end;
      }
      at = end - 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth === 1) isKey = byte === openBrace;
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    else if (depth === 1 && byte === comma) isKey = true;
    else if (depth === 1 && byte === colon) isKey = false;
  }
  return { body: Buffer.concat([...kept, body.subarray(from)]), token };
}

/** Where the string that begins at `start` is over: after its closing quote. */
function endOfString(body: Buffer, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
  return at + 1;
}

const stringIn = (body: Buffer, start: number, end: number) =>
  JSON.parse(body.subarray(start, end).toString('utf8')) as string;

const empty = Buffer.from('""');
const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;
