import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@/lib/platform/ids';
import { pathForLog } from '@/lib/platform/log';
import { constantTimeEqual, loadOrCreateSecret, newSecret, sha256Hex } from '@/lib/platform/secrets';
import { covers } from '@/test/requirements';
import { temporaryDir } from '@/test/support/temporary-dir';

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

describe('a secret on disk', () => {
  covers('process.secrets-0600');

  it('is drawn once, kept for its owner alone, and whole', () => {
    const file = path.join(dir.path, 'secrets', 'auth');
    const secret = loadOrCreateSecret(file);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(loadOrCreateSecret(file)).toBe(secret);
    expect(readFileSync(file, 'utf8')).toBe(`${secret}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(file))).toEqual(['auth']);
  });

  it('that others could read is closed to them when it is loaded', () => {
    const file = path.join(dir.path, 'auth');
    loadOrCreateSecret(file);
    chmodSync(file, 0o644);
    loadOrCreateSecret(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('secrets', () => {
  it('are 256 bits and never repeat', () => {
    const secrets = new Set(Array.from({ length: 10_000 }, newSecret));
    expect(secrets.size).toBe(10_000);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('compare equal only to themselves, whatever the lengths', () => {
    const pairs: Array<[string, string, boolean]> = [
      ['', '', true],
      ['a', 'a', true],
      ['a', 'b', false],
      ['a', 'aa', false],
      ['', 'a', false],
      ['é', 'e\u0301', false],
      ['Ā', '\u0000', false],
    ];
    for (const [left, right, equal] of pairs) expect(constantTimeEqual(left, right)).toBe(equal);
  });

  it('are hashed as SHA-256 in hex', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(sha256Hex('abc'));
  });
});

describe('ids', () => {
  it('sort by their time, and end in 12 evenly drawn characters without look-alikes', () => {
    const counts = new Map<string, number>();
    const seen = new Set<string>();
    for (let round = 0; round < 20_000; round += 1) {
      const id = newId('run');
      expect(id).toMatch(/^run_[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{20}$/);
      seen.add(id);
      for (const character of id.slice(12)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect([seen.size, counts.size]).toEqual([20_000, 54]);
    const mean = (20_000 * 12) / 54;
    // Six standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - mean)).toBeLessThan(6 * Math.sqrt(mean));
    const times = [0, 1, 53, 54, 1_700_000_000_000, 1_700_000_000_001, 9_000_000_000_000];
    const ids = times.map((nowMs) => newId('run', nowMs));
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('a URL for the log', () => {
  it('is its path alone', () => {
    expect(pathForLog('/api/pty?ticket=secret#x')).toBe('/api/pty');
    expect(pathForLog('/a#secret')).toBe('/a');
    expect(pathForLog(undefined)).toBe('');
  });
});
