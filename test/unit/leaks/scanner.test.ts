import { describe, expect, it } from 'vitest';
import { createLeakScanner } from '@/lib/leaks/scanner';
import { limits } from '@/lib/platform/limits';

const accessKey = 'ASIAIOSFODNN7EXAMPLE';
const keyOf = (number: number) => `AKIA${String(number).padStart(16, '0')}`;

describe('a scanner of a terminal', () => {
  it('counts a secret once, however often the screen is drawn anew', () => {
    const scanner = createLeakScanner(80);
    expect(scanner.scan(Buffer.from(`${accessKey}\r\n${accessKey}\r\n`))).toEqual([
      { pattern: 'AWS access key id', count: 1 },
    ]);
    expect(scanner.scan(Buffer.from(`\u001b[H\u001b[2J${accessKey}\r\n`))).toEqual([]);
    expect(scanner.scan(Buffer.from(`${keyOf(1)} ${keyOf(2)}\r\n`))).toEqual([
      { pattern: 'AWS access key id', count: 2 },
    ]);
  });

  it('knows so many of them again, and forgets the oldest', () => {
    const scanner = createLeakScanner(80);
    for (let number = 0; number <= limits.leakKnown; number += 1) scanner.scan(Buffer.from(`${keyOf(number)} `));
    expect(scanner.scan(Buffer.from(`${keyOf(limits.leakKnown)} `))).toEqual([]);
    expect(scanner.scan(Buffer.from(`${keyOf(0)} `))).toHaveLength(1);
  });

  it('reads ten megabytes of a flood in bounded time, and finds what is behind it', () => {
    const scanner = createLeakScanner(80);
    const flood = Buffer.from('y\r\n'.repeat(350_000));
    const started = performance.now();
    for (let sent = 0; sent < 10; sent += 1) expect(scanner.scan(flood)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(scanner.scan(Buffer.from(`${accessKey}\r\n`))).toHaveLength(1);
  });
});
