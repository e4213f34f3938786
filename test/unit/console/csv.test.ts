import { describe, expect, it } from 'vitest';
import { toCsv } from '@/components/ui/csv';

describe('the CSV of a table', () => {
  it('quotes commas, quotes and line breaks as RFC 4180 does', () => {
    expect(
      toCsv(
        ['Run', 'Note'],
        [
          ['a,b', 'say "hi"'],
          ['line\nbreak', null],
        ],
      ),
    ).toBe('Run,Note\r\n"a,b","say ""hi"""\r\n"line\nbreak",\r\n');
  });

  it('disarms texts that a spreadsheet would run as a formula', () => {
    for (const attack of ['=cmd|calc!A1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '\r=1'])
      expect(
        toCsv(['h'], [[attack]])
          .split('\r\n')
          .slice(1)
          .join('')
          .replace(/^"/, ''),
      ).toMatch(/^'/);
  });

  it('leaves numbers numbers, also negative ones', () => {
    expect(toCsv(['n'], [[-1.5], [0]])).toBe('n\r\n-1.5\r\n0\r\n');
  });
});
