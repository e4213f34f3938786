import { describe, expect, it } from 'vitest';
import { ago, formatDuration, parseDuration } from '@/server/cli/duration';
import { renderFields, renderTable } from '@/server/cli/table';
import { displayWidth, plain, safeJson, truncate } from '@/server/cli/text';

describe('text from the server', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2J\u001b]0;title\u0007b', 'a[2J]0;titleb'],
    ['an OSC 52 clipboard write', '\u001b]52;c;aGk=\u001b\\', ']52;c;aGk=\\'],
    ['C1 controls', 'a\u009b31mb', 'a31mb'],
    ['a line break that fakes a row', 'one\r\nrun_2 completed', 'one run_2 completed'],
    ['direction marks', 'abc\u202egpj.exe\u2066', 'abcgpj.exe'],
    ['delete', 'a\u007fb', 'ab'],
  ])('reaches a terminal without %s', (_, hostile, inert) => {
    expect(plain(hostile)).toBe(inert);
  });

  it('keeps its value in JSON, with nothing a terminal acts on', () => {
    const value = { title: 'a\u001b[2J\u009b31m\u202e\u007f é 漢' };
    const text = safeJson(value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('is measured and cut by columns, not by characters', () => {
    expect(displayWidth('漢字')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(truncate('漢字漢字', 5)).toBe('漢字…');
    expect(truncate('short', 5)).toBe('short');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'ID', value: (item: { id: string; text: string }) => item.id },
    { title: 'TEXT', value: (item: { id: string; text: string }) => item.text, flexible: true as const },
  ];

  it('is as wide as its content in a pipe', () => {
    const text = 'x'.repeat(300);
    expect(renderTable([{ id: 'run_1', text }], columns, undefined)).toBe(`ID     TEXT\nrun_1  ${text}`);
  });

  it('gives way in its flexible columns on a narrow terminal', () => {
    const lines = renderTable([{ id: 'run_1234', text: 'a long title of a run' }], columns, 20).split('\n');
    expect(lines).toEqual(['ID        TEXT', 'run_1234  a long ti…']);
  });

  it('lays out fields with one column of names', () => {
    expect(
      renderFields([
        ['Run', 'run_1'],
        ['Status', 'active'],
      ]),
    ).toBe('Run     run_1\nStatus  active');
  });
});

describe('durations', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['1h30m', 5400],
    ['1d', 86_400],
  ])('reads %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', 'm', '1.5h', '15 m', '-5m', '1w', '5mm'])('refuses "%s"', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [400, '0 s'],
    [59_000, '59 s'],
    [720_000, '12 m'],
    [11_100_000, '3 h 5 m'],
    [187_200_000, '2 d 4 h'],
    [-5, '0 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('counts back from now', () => {
    expect(ago('2026-11-22T08:00:00.000Z', Date.parse('2026-11-22T08:03:00.000Z'))).toBe('3 m ago');
  });
});
