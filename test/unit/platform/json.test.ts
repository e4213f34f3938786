import { describe, expect, it } from 'vitest';
import { parseJson } from '@/lib/platform/json';
import { limits } from '@/lib/platform/limits';

const lists = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('JSON that somebody sent', () => {
  it('is its value, and undefined where it is none', () => {
    expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
    expect(parseJson('null')).toBeNull();
    for (const text of ['', '{', '{"a":1}}', "{'a':1}"]) expect(parseJson(text)).toBeUndefined();
  });

  it.each([lists, objects])('counts as none where it is nested too deeply', (nested) => {
    expect(parseJson(nested(limits.jsonDepth))).toBeDefined();
    expect(parseJson(nested(limits.jsonDepth + 1))).toBeUndefined();
  });

  it('may hold brackets as text, whatever is escaped around them', () => {
    for (const text of ['['.repeat(1_000), `\\${'['.repeat(1_000)}`, `"${'{'.repeat(1_000)}`])
      expect(parseJson(JSON.stringify([text]))).toEqual([text]);
    expect(parseJson(`["\\\\", ${lists(limits.jsonDepth)}]`)).toBeUndefined();
  });

  it('may hold any number beside each other', () => {
    expect(parseJson(JSON.stringify(Array.from({ length: 1_000 }, () => [{}])))).toHaveLength(1_000);
  });
});
