import { describe, expect, it } from 'vitest';
import { isTooDeep } from '@/lib/platform/json-depth';
import { limits } from '@/lib/platform/limits';

describe('JSON nested too deeply', () => {
  const nested = (depth: number, [open, close]: string) => `${open?.repeat(depth)}${close?.repeat(depth)}`;

  it('is told from what is just deep enough', () => {
    expect(isTooDeep(nested(limits.jsonDepth, '[]'))).toBe(false);
    expect(isTooDeep(nested(limits.jsonDepth + 1, '[]'))).toBe(true);
    expect(isTooDeep(nested(limits.jsonDepth + 1, '{}'))).toBe(true);
  });

  it('does not count brackets that are text, whatever is escaped around them', () => {
    for (const text of ['['.repeat(1_000), `\\${'['.repeat(1_000)}`, `"${'{'.repeat(1_000)}`])
      expect(isTooDeep(JSON.stringify([text]))).toBe(false);
    expect(isTooDeep(`["\\\\", ${'['.repeat(1_000)}`)).toBe(true);
  });

  it('does not count what is beside each other', () => {
    expect(isTooDeep(JSON.stringify(Array.from({ length: 1_000 }, () => [{}])))).toBe(false);
  });
});
