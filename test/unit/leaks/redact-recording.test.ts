import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactRecording } from '@/lib/leaks/redact-recording';

const accessKey = 'ASIAIOSFODNN7EXAMPLE';
const header = '{"version":2,"width":40,"height":10,"timestamp":1}';
const cast = (events: Array<[kind: string, data: string]>) =>
  `${[header, ...events.map(([kind, data], at) => `[${at}.000000, "${kind}", ${JSON.stringify(data)}]`)].join('\n')}\n`;

async function redact(text: string, pieceBytes = 1_000): Promise<string> {
  async function* bytes() {
    const whole = Buffer.from(text);
    for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
  }
  let out = '';
  for await (const piece of redactRecording(bytes())) out += piece;
  return out;
}

describe('a recording that is given out without secrets', () => {
  it('names what was there, in the event where it began', async () => {
    const given = cast([
      ['o', 'a key: ASIAIOSF\u001b[1m'],
      ['r', '40x10'],
      ['o', 'ODNN7EX'],
      ['o', 'AMPLE, and more'],
      ['m', 'a mark'],
    ]);
    expect(await redact(given)).toBe(
      cast([
        ['o', 'a key: [redacted: AWS access key id]\u001b[1m'],
        ['r', '40x10'],
        ['o', ''],
        ['o', ', and more'],
        ['m', 'a mark'],
      ]),
    );
  });

  it('looks through what was typed apart from what was printed', async () => {
    const keys = [...`${accessKey} `];
    const given = cast(
      keys.flatMap(
        (key): Array<[string, string]> => [
          ['i', key],
          ['o', key],
        ],
      ),
    );
    const out = await redact(given);
    expect(out.match(/\[redacted: AWS access key id\]/g)).toHaveLength(2);
    expect(out.split('\n')).toHaveLength(given.split('\n').length);
  });

  it('holds no secret at its end, nor in a line that a crash cut short', async () => {
    expect(await redact(cast([['o', accessKey]]))).toBe(cast([['o', '[redacted: AWS access key id]']]));
    expect(await redact(`${cast([])}[1.0, "o", "the key is ${accessKey}`)).toBe(cast([]));
  });

  it('is otherwise the recording, byte for byte, however it is read', async () => {
    const data = fc.array(
      fc.constantFrom('a', 'é', '\u2028', '\r\n', '\u001b[31m', 'sk-', 'eyJ', '"', '\\', '😀', ' x'.repeat(50)),
    );
    const events = fc.array(
      fc.tuple(
        fc.constantFrom('o', 'i', 'm'),
        data.map((parts) => parts.join('')),
      ),
    );
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 50 }), async (given, pieceBytes) => {
        expect(await redact(cast(given), pieceBytes)).toBe(cast(given));
      }),
      { numRuns: 100 },
    );
  });

  it('holds none of them wherever the events are cut', async () => {
    const text = `$ env\r\nAWS_ACCESS_KEY_ID=${accessKey}\r\n${'.'.repeat(30)} ${accessKey.slice(0, 9)}\r\n${accessKey.slice(9)}\r\n`;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 })), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), text.length];
        const events = ends.map((end, index): [string, string] => ['o', text.slice(ends[index - 1] ?? 0, end)]);
        const out = await redact(cast(events));
        expect(out.match(/redacted: AWS access key id/g)).toHaveLength(2);
        expect(out).not.toMatch(/ASIA|AMPLE/);
      }),
    );
  });
});
