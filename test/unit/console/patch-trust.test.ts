import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { queryKeys } from '@/components/api/queries';
import { patchCache } from '@/components/live/patch-cache';
import { standingOn } from '@/components/locks/lock-words';
import type { Lock } from '@/lib/contracts/locks';
import { someRun } from './rows';

const at = '2026-11-22T10:00:00.000Z';
function someLock(fields: Partial<Lock> = {}): Lock {
  return {
    id: 'lck_a',
    target: { kind: 'user', id: 'dana' },
    message: 'Under review',
    createdBy: 'admin@example.com',
    createdAt: at,
    expiresAt: null,
    ...fields,
  };
}

describe('locks on the page', () => {
  it('appear once however often they are told, and go when they are taken down', () => {
    const client = new QueryClient();
    client.setQueryData(queryKeys.locks, [someLock({ id: 'lck_old' })]);
    const tell = (lock: Lock | null, seq: number) =>
      patchCache(client, { seq, at, type: 'lock.changed', data: { id: 'lck_a', lock } });
    tell(someLock(), 1);
    tell(someLock(), 2);
    expect(client.getQueryData<Lock[]>(queryKeys.locks)?.map(({ id }) => id)).toEqual(['lck_a', 'lck_old']);
    tell(null, 3);
    expect(client.getQueryData<Lock[]>(queryKeys.locks)?.map(({ id }) => id)).toEqual(['lck_old']);
  });

  it('bite exactly their own kind of target, and no longer than they last', () => {
    const nowMs = Date.parse(at);
    const locks = [someLock({ expiresAt: '2026-11-22T10:00:01.000Z' })];
    expect(standingOn(locks, [{ kind: 'user', id: 'dana' }], nowMs)).toHaveLength(1);
    expect(standingOn(locks, [{ kind: 'project', id: 'dana' }], nowMs)).toHaveLength(0);
    expect(standingOn(locks, [{ kind: 'user', id: 'dana' }], nowMs + 1000)).toHaveLength(0);
  });
});

describe('live runs of a plugin', () => {
  it('follow the runs under it and never fall below none', () => {
    const client = new QueryClient();
    client.setQueryData(queryKeys.plugins, [{ id: 'crm-sync', liveRuns: 0 }]);
    const run = someRun({ pluginId: 'crm-sync' });
    const count = () => client.getQueryData<{ liveRuns: number }[]>(queryKeys.plugins)?.[0]?.liveRuns;
    patchCache(client, { seq: 1, at, type: 'run.started', data: run });
    expect(count()).toBe(1);
    for (const seq of [2, 3]) patchCache(client, { seq, at, type: 'run.ended', data: run });
    expect(count()).toBe(0);
  });
});
