import { describe, expect, it } from 'vitest';
import { diffLines } from '@/components/calls/line-diff';
import { readableArguments, readableResult } from '@/components/calls/readable-arguments';

describe('arguments made readable', () => {
  it('shows an edit as before and after, whatever its server calls the two', () => {
    for (const [before, after] of [
      ['oldText', 'newText'],
      ['old_string', 'new_string'],
      ['old_str', 'new_str'],
    ] as const) {
      const value = { path: '/a', [before]: 'one', [after]: 'two' };
      expect(readableArguments(value)).toEqual({
        rest: { path: '/a' },
        edits: [{ before: 'one', after: 'two' }],
        texts: [],
      });
    }
  });

  it('shows a list of edits one by one', () => {
    const edits = [
      { oldText: 'a', newText: 'b' },
      { oldText: 'c', newText: 'd' },
    ];
    expect(readableArguments({ path: '/a', edits, dryRun: true })).toEqual({
      rest: { path: '/a', dryRun: true },
      edits: [
        { before: 'a', after: 'b' },
        { before: 'c', after: 'd' },
      ],
      texts: [],
    });
  });

  it('hides no field behind a diff: an edit with anything more in it stays JSON', () => {
    expect(readableArguments({ edits: [{ oldText: 'a', newText: 'b', runAfter: 'curl evil' }] })).toBeNull();
    expect(readableArguments({ edits: [{ oldText: 'a', newText: 'b' }, 'rm -rf'] })).toBeNull();
    expect(readableArguments({ oldText: 'a', newText: 'b', also: 1 })?.rest).toEqual({ also: 1 });
    expect(readableArguments({ oldText: 'a', newText: 'b', edits: [{ oldText: 'c' }] })?.rest).toEqual({
      edits: [{ oldText: 'c' }],
    });
  });

  it('shows a text of several lines as a text, and leaves what is short to JSON', () => {
    expect(readableArguments({ path: '/a', content: 'one\ntwo' })).toEqual({
      rest: { path: '/a' },
      edits: [],
      texts: [{ name: 'content', text: 'one\ntwo' }],
    });
    for (const value of [{ path: '/a' }, [], 'text\ntext', null, 7]) expect(readableArguments(value)).toBeNull();
  });

  it('shows blocks of text as texts, and anything else in an answer as JSON', () => {
    const block = { type: 'text', text: 'hello' };
    expect(readableResult({ content: [block], isError: true })).toEqual({
      rest: { isError: true },
      edits: [],
      texts: [{ name: 'text', text: 'hello' }],
    });
    expect(readableResult({ content: [block, { type: 'image', data: 'AA==' }] })).toBeNull();
    expect(readableResult({ content: [{ ...block, annotations: {} }] })).toBeNull();
  });
});

describe('the difference of two texts', () => {
  const shown = (before: string, after: string) => diffLines(before, after).map(({ kind, text }) => `${kind} ${text}`);

  it('keeps what both have and names what came and went', () => {
    expect(shown('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual(['same a', 'removed b', 'same c', 'added x', 'same d']);
  });

  it('gives back both texts, line for line', () => {
    const before = Array.from({ length: 60 }, (_, index) => `line ${(index * 7) % 11}`).join('\n');
    const after = Array.from({ length: 50 }, (_, index) => `line ${(index * 5) % 13}`).join('\n');
    const lines = diffLines(before, after);
    const side = (other: string) =>
      lines
        .filter(({ kind }) => kind !== other)
        .map(({ text }) => text)
        .join('\n');
    expect(side('added')).toBe(before);
    expect(side('removed')).toBe(after);
  });

  it('removes nothing where a text is put into an empty one', () => {
    expect(shown('', 'a\nb')).toEqual(['added a', 'added b']);
    expect(shown('a', '')).toEqual(['removed a']);
  });

  it('stays quick with texts that have nothing in common', () => {
    const text = (name: string) => Array.from({ length: 5_000 }, (_, index) => `${name} ${index}`).join('\n');
    expect(diffLines(text('old'), text('new'))).toHaveLength(10_000);
  });
});
