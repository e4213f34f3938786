import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { requirements } from '@/test/requirements';

const tests = path.resolve(import.meta.dirname, '..');

/** Promises named in a `covers(…)` of any test, with the files that name them. */
function covered(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of readdirSync(tests, { recursive: true, encoding: 'utf8' })) {
    if (!/\.test\.tsx?$/.test(name)) continue;
    const text = readFileSync(path.join(tests, name), 'utf8');
    for (const [, ids = ''] of text.matchAll(/\bcovers\(([^)]*)\)/g)) {
      for (const [, id = ''] of ids.matchAll(/'([^']+)'/g)) found.set(id, [...(found.get(id) ?? []), name]);
    }
  }
  return found;
}

it('finds a test for every promise, and no test of a promise that nobody made', () => {
  const named = covered();
  expect(Object.keys(requirements).filter((id) => !named.has(id))).toEqual([]);
  expect([...named.keys()].filter((id) => !Object.hasOwn(requirements, id))).toEqual([]);
});
