import { afterEach, beforeEach, vi } from 'vitest';

/** An error on the console that no test expected is a fault that somebody would otherwise scroll past. */
let errors: unknown[][] = [];

beforeEach(() => {
  errors = [];
  vi.spyOn(console, 'error').mockImplementation((...args: unknown[]) => {
    errors.push(args);
  });
});

afterEach(() => {
  if (errors.length === 0) return;
  const text = errors.map((args) => args.map(String).join(' ')).join('\n');
  throw new Error(`The test wrote to console.error:\n${text}`);
});
