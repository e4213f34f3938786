import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, encodeFrame, type FrameObject } from '@/lib/relay/protocol/frame-codec';

const maxBytes = 1024 * 1024;

function readAll(messages: string[], limit = maxBytes) {
  const reader = createFrameReader({ maxBytes: limit });
  const frames: FrameObject[] = [];
  let malformed = 0;
  for (const message of messages) {
    const read = reader.read(message);
    if (!read) return null;
    frames.push(...read.frames);
    malformed += read.malformed;
  }
  return { frames, malformed };
}

/** A text in pieces, cut where `cuts` say. */
function pieces(text: string, cuts: number[]): string[] {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length));
}

const anyFrames = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'small' })), {
  maxLength: 8,
});

describe('a reader of frames', () => {
  it('finds every frame, in order, however the messages are cut', () => {
    fc.assert(
      fc.property(anyFrames, fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
        const text = frames.map(encodeFrame).join('');
        const read = readAll(pieces(text, cuts));
        expect(read?.malformed).toBe(0);
        expect(read?.frames.map((frame) => JSON.stringify(frame))).toEqual(
          frames.map((frame) => JSON.stringify(JSON.parse(JSON.stringify(frame)))),
        );
      }),
    );
  });

  it('skips and counts what is no JSON object, and reads what stands beside it', () => {
    const bad = ['{', 'null', '[]', '"text"', '1', '{"a":1}x', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`];
    const text = `{"a":1}\n${bad.join('\n')}\n{"b":2}\n`;
    expect(readAll([text])).toEqual({ frames: [{ a: 1 }, { b: 2 }], malformed: bad.length });
    expect(readAll([...text])).toEqual({ frames: [{ a: 1 }, { b: 2 }], malformed: bad.length });
  });

  it('waits for the newline, and takes empty lines for none', () => {
    const reader = createFrameReader({ maxBytes });
    expect(reader.read('{"a":1}')).toEqual({ frames: [], malformed: 0, blank: 0 });
    expect(reader.read('\n\n \r\n')).toEqual({ frames: [{ a: 1 }], malformed: 0, blank: 2 });
  });

  it('takes a frame of the limit with its newline, and ends at one byte more', () => {
    const body = (bytes: number) => `{"a":"${'é'.repeat((bytes - 9) / 2)}"}\n`;
    const whole = body(101);
    expect(Buffer.byteLength(whole)).toBe(101);
    for (const cuts of [[], [50], [3, 40, 60]]) {
      expect(readAll(pieces(whole, cuts), 101)?.frames).toHaveLength(1);
      expect(readAll(pieces(whole, cuts), 100)).toBeNull();
    }
  });

  it('ends at what never ends, and reads nothing after it', () => {
    const reader = createFrameReader({ maxBytes: 100 });
    expect(reader.read('x'.repeat(99))).not.toBeNull();
    expect(reader.read('x')).toBeNull();
    expect(reader.read('\n{"a":1}\n')).toBeNull();
  });
});
