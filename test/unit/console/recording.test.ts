import { describe, expect, it } from 'vitest';
import { createCastParser } from '@/components/recording/cast';
import { indexCast } from '@/components/recording/search-cast';
import { createTimeline } from '@/components/recording/timeline';

function castOf(...events: [number, 'o' | 'r' | 'm', string][]) {
  const parser = createCastParser();
  parser.push('{"version":2,"width":80,"height":24}\n');
  for (const event of events) parser.push(`${JSON.stringify(event)}\n`);
  return parser.finish();
}

describe('reading an asciicast', () => {
  it('reads lines that arrive in pieces', () => {
    const parser = createCastParser();
    for (const char of '{"version":2,"width":80,"height":24}\n[0.5, "o", "hi\\n"]\n[1, "r", "90x30"]')
      parser.push(char);
    const cast = parser.finish();
    expect(cast).toMatchObject({ cols: 80, rows: 24, durationSeconds: 1 });
    expect(cast.events.map((event) => event.kind)).toEqual(['o', 'r']);
  });

  it('leaves out a last line that a crash cut short', () => {
    const parser = createCastParser();
    parser.push('{"version":2,"width":80,"height":24}\n[0.5, "o", "whole"]\n[0.7, "o", "cut sh');
    expect(parser.finish().events).toHaveLength(1);
  });

  it('refuses what is no recording', () => {
    expect(() => createCastParser().finish()).toThrow(/empty/);
    expect(() => createCastParser().push('{"version":1}\n')).toThrow(/asciicast/);
    expect(() => createCastParser().push('{"version":2,"width":0,"height":24}\n')).toThrow(/asciicast/);
  });
});

describe('the times of a replay', () => {
  const cast = castOf([1, 'o', 'a'], [11, 'o', 'b'], [11.5, 'o', 'c']);

  it('shortens pauses over two seconds and keeps the others', () => {
    const timeline = createTimeline(cast, true);
    expect([0, 1, 2].map(timeline.timeOf)).toEqual([1, 3, 3.5]);
    expect(timeline.durationSeconds).toBe(3.5);
  });

  it('counts the events that have played, ends included', () => {
    const timeline = createTimeline(cast, false);
    expect([0, 1, 10.9, 11, 99].map(timeline.countAt)).toEqual([0, 1, 1, 2, 3]);
  });
});

describe('searching a recording', () => {
  it('finds text typed one character an event, colours left out', () => {
    const cast = castOf(
      [0, 'o', '\u001b[1mne'],
      [1, 'r', '90x30'],
      [2, 'o', '\u001b[0med'],
      [3, 'o', 'LE\u001b]0;title\u0007!'],
    );
    expect(indexCast(cast).find('needle!')).toEqual([3]);
    expect(indexCast(cast).find('title')).toEqual([]);
    expect(indexCast(cast).find('')).toEqual([]);
  });
});
