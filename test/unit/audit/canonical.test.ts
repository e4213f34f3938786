import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, genesisHash, hashRow } from '@/lib/audit/canonical';
import { covers } from '@/test/requirements';

const row = {
  seq: 7,
  at: '2026-11-22T12:00:00.000Z',
  actor: 'operator:op_1',
  action: 'run.revoke',
  target: 'run_a',
  outcome: 'ok',
  data: '{"reason":"done"}',
  prevHash: genesisHash,
};

describe('canonical JSON', () => {
  it('sorts keys at every depth, leaves out undefined, and puts no space', () => {
    const value = { b: [{ z: 1, a: undefined, y: [undefined, 'x'] }], a: { d: null, c: true }, ä: '\u2028"\n', '': -0 };
    expect(canonicalJson(value)).toBe('{"":0,"a":{"c":true,"d":null},"b":[{"y":[null,"x"],"z":1}],"ä":"\u2028\\"\\n"}');
    expect([canonicalJson(undefined), canonicalJson(null), canonicalJson('x')]).toEqual(['null', 'null', '"x"']);
  });

  it('gives equal values equal text whatever the order of their keys, and keeps the value', () => {
    const shuffle = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffle);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, shuffle(item)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(canonicalJson(shuffle(plain))).toBe(canonicalJson(plain));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the hash of a row', () => {
  covers('audit.row');

  it('is SHA-256 over the version and every column, in this exact form for ever', () => {
    const text =
      '["gatehouse-audit-1",7,"2026-11-22T12:00:00.000Z","operator:op_1","run.revoke","run_a","ok","{\\"reason\\":\\"done\\"}","0000000000000000000000000000000000000000000000000000000000000000"]';
    expect(hashRow(row)).toBe(createHash('sha256').update(text).digest('hex'));
    expect(hashRow(row)).toBe('210c347517f6a7e0f924c46f66be6233251de44ace6a2ce25cc842665e86659d');
  });

  it('changes with every column, and with text moved from one column to the next', () => {
    const changed = [
      { ...row, seq: 8 },
      { ...row, at: '2026-11-22T12:00:00.001Z' },
      { ...row, actor: 'operator:op_2' },
      { ...row, action: 'run.start' },
      { ...row, target: 'run_b' },
      { ...row, outcome: 'refused' },
      { ...row, data: '{"reason":"done" }' },
      { ...row, prevHash: '1'.repeat(64) },
      { ...row, actor: 'operator:op_1run', action: '.revoke' },
    ];
    expect(new Set([row, ...changed].map(hashRow)).size).toBe(changed.length + 1);
  });
});
