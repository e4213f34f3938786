import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretFinder, type FoundSecret } from '@/lib/leaks/finder';

const accessKey = 'ASIAIOSFODNN7EXAMPLE';
const webToken = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${'s'.repeat(43)}`;
const key = '-----BEGIN RSA PRIVATE KEY-----\r\nMIIEow==\r\nAAAA\r\n-----END RSA PRIVATE KEY-----';

function find(pieces: readonly string[], { cols = 80, skims = false } = {}): FoundSecret[] {
  const finder = createSecretFinder({ cols, skims });
  return [...pieces.flatMap((piece) => finder.push(piece)), ...finder.settle()];
}
const secretsIn = (text: string, options?: Parameters<typeof find>[1]) =>
  find([text], options).map(({ secret }) => secret);

describe('a secret in a stream', () => {
  it('is found as a reader sees it: in colours, highlighted, behind a coloured word', () => {
    expect(secretsIn(`\u001b[32m${accessKey}\u001b[0m`)).toEqual([accessKey]);
    expect(secretsIn(`\u001b[01;31m\u001b[KASIA\u001b[m\u001b[KIOSFODNN7EXAMPLE\r\n`)).toEqual([accessKey]);
    expect(secretsIn(`"token": \u001b[32m${webToken}\u001b(B\u001b[m,`)).toEqual([webToken]);
  });

  it('is found where it reached the edge of the screen and went on in the next line, and not where a line just ended', () => {
    for (let before = 40 - accessKey.length; before < 40; before += 1) {
      const line = `${'.'.repeat(before - 1)} ${accessKey}`;
      const wrapped = `$\r\n${line.slice(0, 40)}\r\n${line.slice(40)} end\r\n`;
      expect(secretsIn(wrapped, { cols: 40 }), String(before)).toEqual([accessKey]);
      if (before > 40 - accessKey.length) expect(secretsIn(wrapped, { cols: 41 })).toEqual([]);
    }
  });

  it('is found where it was typed at a prompt and went over the edge', () => {
    for (let before = 40 - accessKey.length; before < 40; before += 1) {
      const line = `${'.'.repeat(before - 1)} ${accessKey} # more`;
      const typed = `\u001b[?2004h${line.slice(0, 40)} \r${line.slice(40)}\r\n`;
      expect(secretsIn(typed, { cols: 40 }), String(before)).toEqual([accessKey]);
    }
  });

  it('is told where it stands, without what is between its characters', () => {
    const text = `a ASIAIOSF\u001b[1mODNN7EXAMPLE b`;
    const [found] = find([text]);
    expect(found?.spans.map(([from, to]) => text.slice(from, to))).toEqual(['ASIAIOSF', 'ODNN7EXAMPLE']);
  });

  it('is found whole over the lines of a key, and to its end', () => {
    expect(secretsIn(`$ cat id_rsa\r\n${key}\r\nroot@host:~# `)).toEqual([key]);
    expect(secretsIn('-----BEGIN CERTIFICATE-----\r\nMIIEow==\r\n-----END CERTIFICATE-----\r\n')).toEqual([]);
  });

  it('that may still go on is waited for, and taken for what it is when nothing follows', () => {
    const finder = createSecretFinder({ cols: 80, skims: true });
    expect(finder.push(`key ${accessKey}`)).toEqual([]);
    expect(finder.waits()).toBe(true);
    expect(finder.settle().map(({ secret }) => secret)).toEqual([accessKey]);
    expect(finder.push(' and no other\r\n')).toEqual([]);
    // More of the word came: it was none, but a longer one.
    expect(find([`key ${accessKey}`, 'x'])).toEqual([]);
  });

  it('is found as it is typed, however slowly', () => {
    const finder = createSecretFinder({ cols: 80, skims: true });
    const found = [...`$ ${accessKey}`].flatMap((character) => [...finder.push(character), ...finder.settle()]);
    expect(found.map(({ secret }) => secret)).toEqual([accessKey]);
  });
});

const noise = fc.constantFrom(
  ...[
    'a',
    'AK',
    'IA',
    'eyJ',
    '.',
    'ASIA',
    'sk-',
    '-----BEGIN ',
    '\r\n',
    ' \r',
    '\u001b[1m',
    '\u001b[',
    ' ',
    'xyz=',
    'é',
    '\u001b[2;5H',
  ],
);
const stream = fc
  .array(fc.oneof(noise, fc.constantFrom(accessKey, webToken, key, `gth_tool_${'Zz9_-'.repeat(9)}`)), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('a stream', () => {
  it('holds the same secrets however it is cut', () => {
    fc.assert(
      fc.property(stream, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (text, sizes) => {
        const pieces: string[] = [];
        for (let at = 0; at < text.length; ) {
          const size = sizes.next().value ?? 1;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(find(pieces, { cols: 40 })).toEqual(find([text], { cols: 40 }));
      }),
      { numRuns: 300 },
    );
  });

  it('that floods takes time in proportion to its length, whatever is in it', () => {
    const floods = [
      'y\r\n',
      '\0',
      'eyJ',
      '-BEG',
      '-----BEGIN eyJ',
      '-----BEGIN PRIVATE KEY-----',
      'AKIA',
      'sk-',
      'A\u001b[m',
    ];
    const started = performance.now();
    for (const flood of floods) {
      const finder = createSecretFinder({ cols: 80, skims: true });
      const piece = flood.repeat(Math.floor(100_000 / flood.length));
      for (let sent = 0; sent < 10; sent += 1) finder.push(piece);
      finder.settle();
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is forgotten but for its end', () => {
    const finder = createSecretFinder({ cols: 80, skims: true });
    for (let sent = 0; sent < 100; sent += 1) finder.push(`AKIA${'\u001b[m'.repeat(40_000)}`);
    expect(finder.decidedTo()).toBeGreaterThan(99 * 120_000 - 200_000);
  });
});
