import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { queryKeys } from '@/components/api/queries';
import { byRun, likeAllWords } from '@/components/leaks/leak-words';
import { patchCache } from '@/components/live/patch-cache';
import type { LeakAlert } from '@/lib/contracts/leaks';

const at = '2026-11-22T10:00:00.000Z';
const someAlert = (fields: Partial<LeakAlert> = {}): LeakAlert => ({
  ...{ id: 'leak_a', runId: 'run_1', runTitle: 'A run', callId: null, pattern: 'AWS access key id', count: 1 },
  ...{ firstAt: at, lastAt: at, acknowledgedAt: null, acknowledgedBy: null, ...fields },
});

it('shows an alert once, on the page of its run and among all, until it is acknowledged', () => {
  const client = new QueryClient();
  const keys = [queryKeys.leaks(), queryKeys.leaks('run_1'), queryKeys.leaks('run_2')];
  for (const key of keys) client.setQueryData(key, []);
  let seq = 0;
  const tell = (alert: LeakAlert) => patchCache(client, { seq: ++seq, at, type: 'leak.changed', data: alert });
  const counts = () => keys.map((key) => client.getQueryData<LeakAlert[]>(key)?.map(({ count }) => count));
  tell(someAlert());
  tell(someAlert({ count: 2 }));
  expect(counts()).toEqual([[2], [2], []]);
  tell(someAlert({ count: 2, acknowledgedAt: at }));
  expect(counts()).toEqual([[], [], []]);
});

it('says what runs showed, each pattern once, the newest run first', () => {
  const older = someAlert({ pattern: 'npm token', lastAt: '2026-11-22T09:00:00.000Z' });
  const other = someAlert({
    id: 'leak_b',
    runId: 'run_2',
    pattern: 'GitHub token',
    lastAt: '2026-11-22T09:30:00.000Z',
  });
  const runs = byRun([older, other, someAlert({ id: 'leak_c' }), someAlert({ id: 'leak_d', callId: 'call_1' })]);
  expect(runs.map(likeAllWords)).toEqual(['an AWS access key id and an npm token', 'a GitHub token']);
});
