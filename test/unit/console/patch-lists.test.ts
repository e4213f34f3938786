import { describe, expect, it } from 'vitest';
import { patchAudit, patchRuns, patchTokens, runMatches } from '@/components/live/patch-lists';
import { pagesOf, someAuditRow, someRun, someToken } from './rows';

const idsOf = (data: { pages: { items: { id: string }[] }[] }) =>
  data.pages.map((page) => page.items.map((item) => item.id));

describe('a live event and the list of runs', () => {
  const [a, b, c] = ['run_a', 'run_b', 'run_c'].map((id, index) =>
    someRun({ id, startedAt: `2026-11-22T10:0${5 - index}:00.000Z` }),
  );
  const list = () => pagesOf([a, b], [c]) as ReturnType<typeof pagesOf<ReturnType<typeof someRun>>>;

  it('changes a row in place, on whatever page it is', () => {
    const patched = patchRuns(list(), someRun({ id: 'run_c', status: 'revoked' }), {});
    expect(idsOf(patched)).toEqual([['run_a', 'run_b'], ['run_c']]);
    expect(patched.pages[1]?.items[0]?.status).toBe('revoked');
  });

  it('puts a new run at the head, and never a second time', () => {
    const started = someRun({ id: 'run_d', startedAt: '2026-11-22T10:09:00.000Z' });
    const once = patchRuns(list(), started, {});
    expect(idsOf(once)).toEqual([['run_d', 'run_a', 'run_b'], ['run_c']]);
    expect(idsOf(patchRuns(once, started, {}))).toEqual(idsOf(once));
  });

  it('leaves an older run out: its place may lie beyond the loaded pages', () => {
    expect(idsOf(patchRuns(list(), someRun({ id: 'run_old', startedAt: '2026-11-21T00:00:00.000Z' }), {}))).toEqual(
      idsOf(list()),
    );
  });

  it('takes a run that no longer fits the filter out', () => {
    expect(idsOf(patchRuns(list(), someRun({ id: 'run_b', status: 'completed' }), { status: 'live' }))).toEqual([
      ['run_a'],
      ['run_c'],
    ]);
  });

  it('moves nothing under a pointer when the list is sorted by activity', () => {
    const patched = patchRuns(list(), someRun({ id: 'run_b', lastActivityAt: '2026-11-22T11:00:00.000Z' }), {
      sort: '-lastActivityAt',
    });
    expect(idsOf(patched)).toEqual(idsOf(list()));
  });

  it('appends in the oldest-first order only to a list that is loaded to its end', () => {
    const newest = someRun({ id: 'run_d' });
    expect(idsOf(patchRuns(list(), newest, { sort: 'startedAt' }))).toEqual([
      ['run_a', 'run_b'],
      ['run_c', 'run_d'],
    ]);
    const partial = list();
    const [first] = partial.pages;
    if (first) partial.pages = [first];
    expect(idsOf(patchRuns(partial, newest, { sort: 'startedAt' }))).toEqual([['run_a', 'run_b']]);
  });

  it('filters as the server does: live and ended, kind, project, user, tag and text', () => {
    const run = someRun();
    expect(runMatches(run, { status: 'live' })).toBe(true);
    expect(runMatches(run, { status: 'ended' })).toBe(false);
    expect(runMatches(run, { status: 'failed,active' })).toBe(true);
    expect(runMatches(run, { kind: 'external' })).toBe(false);
    expect(runMatches(run, { projectId: 'issues', userId: 'dana' })).toBe(true);
    expect(runMatches(run, { userId: 'dan' })).toBe(false);
    expect(runMatches(run, { q: 'TRIAGE' })).toBe(true);
    expect(runMatches(run, { q: 'nothing of it' })).toBe(false);
    const tagged = someRun({ tags: { 'relay.instance': 'rly:a' } });
    expect(runMatches(tagged, { tag: 'relay.instance:rly:a' })).toBe(true);
    expect(runMatches(tagged, { tag: 'relay.instance:rly' })).toBe(false);
    expect(runMatches(run, { tag: 'relay.instance:rly:a' })).toBe(false);
  });
});

describe('a live event and the other lists', () => {
  it('keeps tokens of other runs out of the list of one run', () => {
    const list = pagesOf([someToken()]);
    expect(patchTokens(list, someToken({ id: 'tok_b', runId: 'run_b' }), { runId: 'run_a' })).toBe(list);
    expect(idsOf(patchTokens(list, someToken({ id: 'tok_b' }), { runId: 'run_a' }))).toEqual([['tok_b', 'tok_a']]);
    expect(idsOf(patchTokens(list, someToken({ status: 'revoked' }), { status: 'active' }))).toEqual([[]]);
  });

  it('adds a row of the record once, and only where it fits', () => {
    const list = pagesOf([someAuditRow()]);
    const refused = someAuditRow({ seq: 2, outcome: 'refused' });
    const once = patchAudit(list, refused, { outcome: 'refused' });
    expect(once.pages[0]?.items.map((row) => row.seq)).toEqual([2, 1]);
    expect(patchAudit(once, refused, { outcome: 'refused' })).toBe(once);
    expect(patchAudit(list, someAuditRow({ seq: 3 }), { outcome: 'refused' })).toBe(list);
  });
});
