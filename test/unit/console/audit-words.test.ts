import { describe, expect, it } from 'vitest';
import { parseAuditFilter, parseSeq, toInstant } from '@/components/audit/audit-filter';
import { actorWords, dataWords, rowHref, targetHref, targetWords } from '@/components/audit/audit-words';
import { rangeWords } from '@/components/audit/time-chip';
import { auditMatches } from '@/components/live/patch-lists';
import type { AuditRow } from '@/lib/contracts/audit';

const row: AuditRow = {
  seq: 7,
  at: '2026-11-22T10:00:00.123Z',
  actor: 'operator:op_0123456789abcdef',
  action: 'run.revoke',
  target: 'run_0123456789abcdef',
  outcome: 'ok',
  data: { reason: 'It ran wild' },
  prevHash: 'a'.repeat(64),
  hash: 'b'.repeat(64),
};

describe('the filter in the URL', () => {
  const parse = (search: string) => parseAuditFilter(new URLSearchParams(search));

  it('takes over what the server knows, trimmed and cut to what it accepts', () => {
    expect(parse(`actor=%20server%20&action=run.start&target=run_1&outcome=refused&q=${'x'.repeat(300)}`)).toEqual({
      actor: 'server',
      action: 'run.start',
      target: 'run_1',
      outcome: 'refused',
      q: 'x'.repeat(200),
    });
  });

  it('leaves out what the server would refuse', () => {
    expect(parse('outcome=maybe&from=yesterday&to=&actor=%20&limit=9&row=3')).toEqual({});
  });

  it('brings any time a browser reads to UTC', () => {
    expect(parse('from=2026-11-22T12:00:00%2B02:00').from).toBe('2026-11-22T10:00:00.000Z');
    expect(toInstant('no time')).toBeUndefined();
  });

  it('reads a row number and nothing else', () => {
    expect(['7', '0', '-1', '1e3', 'x', undefined].map(parseSeq)).toEqual([7, null, null, null, null, null]);
  });

  it('finds the row again by the link to it', () => {
    const params = new URL(rowHref(row), 'http://localhost').searchParams;
    expect(auditMatches(row, parseAuditFilter(params))).toBe(true);
    expect(parseSeq(params.get('row') ?? undefined)).toBe(7);
  });
});

describe('the words of a row', () => {
  it('names actors and targets where the name is known, and shortens the id where it is not', () => {
    const names = new Map([['op_0123456789abcdef', 'Dana Reyes']]);
    expect(actorWords(row.actor, names)).toBe('Dana Reyes');
    expect(actorWords(row.actor)).toBe('operator op_abcdef');
    expect(actorWords('anonymous')).toBe('anonymous');
    expect(targetWords('op_0123456789abcdef', names)).toBe('Dana Reyes');
    expect(targetWords(row.target, names)).toBe('run_abcdef');
    expect(targetWords('operators.list', names)).toBe('operators.list');
  });

  it('says the telling parts of the data first and leaves out empty ones', () => {
    const data = { exitCode: 0, principal: { userId: 'dana' }, names: [], signal: null, reason: 'It ran wild' };
    expect(dataWords({ data })).toBe('reason: It ran wild, exitCode: 0, principal: {"userId":"dana"}');
  });

  it('shows characters that hide or turn text as what they are', () => {
    expect(targetWords('admin‮moc.elpmaxe')).toBe('admin<U+202E>moc.elpmaxe');
  });

  it('links a run to its page and nothing that merely looks like one', () => {
    expect(targetHref(row.target)).toBe(`/runs/${row.target}`);
    expect(targetHref('run_../../login')).toBeNull();
    expect(targetHref('tok_0123456789abcdef')).toBeNull();
  });

  it('links a cloud session by what was done with it, and a profile to where it is kept', () => {
    const id = '0b1f2c3d-1111-4222-8333-444455556666';
    expect(targetHref(id, 'credential.deny')).toBe(`/credentials?status=all&session=${id}`);
    expect(targetHref(id, 'trace.write')).toBeNull();
    expect(targetHref('profile:reports', 'profile.save')).toBe('/settings/cloud-profiles');
  });

  it('names the day of a time only where it is not today', () => {
    const nowMs = new Date(2026, 10, 22, 12).getTime();
    const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString();
    expect(rangeWords({ from: at(2026, 10, 22, 9) }, nowMs)).toBe('since 09:00:00');
    expect(rangeWords({ to: at(2026, 10, 21, 9) }, nowMs)).toBe('until 2026-11-21 09:00:00');
    expect(rangeWords({ from: at(2026, 10, 21, 9), to: at(2026, 10, 21, 10) }, nowMs)).toBe(
      '2026-11-21 09:00:00 to 10:00:00',
    );
  });
});

describe('a row that comes in live', () => {
  it('is matched by text as the server matches it: in actor, action, target and data', () => {
    for (const q of ['RAN WILD', 'run.rev', 'op_0123', 'run_0123']) expect(auditMatches(row, { q })).toBe(true);
    for (const q of ['bbbb', 'hash', 'nothing']) expect(auditMatches(row, { q })).toBe(false);
  });
});
