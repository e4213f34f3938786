/**
 * A recording without the secrets that were shown in it, as it is given out on request: the stored file stays as it is, since
 * its hash is on the record. What was printed and what was typed are two streams, and a secret may begin in one event and end
 * in a later one: an event is handed on once all of its text is decided.
 */
import { StringDecoder } from 'node:string_decoder';
import { createSecretFinder, type FoundSecret, type SecretFinder } from './finder';
import { anySecret, patternOf } from './patterns';

interface Stream {
  finder: SecretFinder;
  /** How much of it the finder was given, and where what it was not given yet begins. */
  length: number;
  pending: string;
  found: FoundSecret[];
}

interface Event {
  /** `[seconds, "kind", ` as it stands, so that times stay as they were written. */
  head: string;
  stream: Stream;
  data: string;
  from: number;
}

const eventLine = /^(\[\s*[0-9.eE+-]+\s*,\s*"([oi])"\s*,\s*)("(?:[^"\\]|\\.)*")\s*\]\s*$/;
const sizeLine = /^\[\s*[0-9.eE+-]+\s*,\s*"r"\s*,\s*"(\d{1,4})x\d{1,4}"\s*\]\s*$/;
/** Text is looked through in pieces of this size: each look starts anew at what is undecided. */
const pieceChars = 64 * 1024;
const known = anySecret('g');
const redactedAs = (pattern: string) => `[redacted: ${pattern}]`;

/** The bytes of an asciicast in, lines out, in their order. */
export async function* redactRecording(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const redactor = createRecordingRedactor();
  const decoder = new StringDecoder('utf8');
  const textOf = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    const text = textOf(lines.flatMap((line) => redactor.push(line)));
    if (text !== '') yield text;
  }
  yield textOf([...redactor.push(rest), ...redactor.end()]);
}

function createRecordingRedactor() {
  const open = (): Stream => ({
    finder: createSecretFinder({ cols: 80, skims: false }),
    length: 0,
    pending: '',
    found: [],
  });
  const streams = { o: open(), i: open() };
  const waiting: Array<Event | string> = [];

  function look(stream: Stream): void {
    stream.found.push(...stream.finder.push(stream.pending));
    stream.pending = '';
  }

  /** What the last size was counts for the text before the next one. */
  function resize(cols: number): void {
    for (const stream of Object.values(streams)) {
      look(stream);
      stream.finder.resize(cols);
    }
  }

  function ready(all: boolean): string[] {
    const lines: string[] = [];
    for (const first of waiting) {
      if (typeof first === 'string') lines.push(first);
      else {
        const { stream, from, data } = first;
        if (!all && (stream.pending !== '' || stream.finder.decidedTo() < from + data.length)) break;
        lines.push(`${first.head}${JSON.stringify(withoutSecrets(first))}]`);
      }
    }
    waiting.splice(0, lines.length);
    return lines;
  }

  return {
    push(line: string): string[] {
      const [, head, kind, data] = eventLine.exec(line) ?? [];
      if (head === undefined || data === undefined) {
        const cols = sizeLine.exec(line)?.[1] ?? /"width"\s*:\s*(\d{1,4})\b/.exec(line)?.[1];
        if (cols !== undefined) resize(Number(cols));
        // What a crash cut short is no event, and may hold half of one's secrets.
        if (isJson(line)) waiting.push(line.replaceAll(known, (secret) => redactedAs(patternOf(secret))));
        return [];
      }
      const stream = streams[kind === 'i' ? 'i' : 'o'];
      const text: unknown = JSON.parse(data);
      const event: Event = { head, stream, data: String(text), from: stream.length };
      waiting.push(event);
      stream.length += event.data.length;
      stream.pending += event.data;
      if (stream.pending.length < pieceChars) return [];
      look(stream);
      return ready(false);
    },
    end(): string[] {
      for (const stream of Object.values(streams)) {
        look(stream);
        stream.found.push(...stream.finder.settle());
      }
      return ready(true);
    },
  };
}

/** The first character of a secret becomes its name, the others nothing; what lies between them, such as a colour, stays. */
function withoutSecrets({ stream, data, from }: Event): string {
  const end = from + data.length;
  while ((stream.found[0]?.spans.at(-1)?.[1] ?? Number.POSITIVE_INFINITY) <= from) stream.found.shift();
  let text = '';
  let done = from;
  for (const { pattern, spans } of stream.found) {
    if ((spans[0]?.[0] ?? 0) >= end) break;
    for (const [index, [first, last]] of spans.entries()) {
      if (last <= from || first >= end) continue;
      text += data.slice(done - from, Math.max(first, done) - from);
      if (index === 0 && first >= from) text += redactedAs(pattern);
      done = Math.min(last, end);
    }
  }
  return text + data.slice(done - from);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
