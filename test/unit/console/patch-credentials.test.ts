import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { credentialKeys } from '@/components/api/credential-queries';
import { patchCredential, patchCredentials } from '@/components/live/patch-credentials';
import { pagesOf, someCredential } from './rows';

const idsOf = (data: { pages: { items: { id: string }[] }[] }) =>
  data.pages.map((page) => page.items.map((item) => item.id));

describe('a live event and the cloud sessions', () => {
  const known = someCredential();
  const newer = someCredential({ id: 'b', createdAt: '2026-11-22T10:01:00.000Z' });

  it('puts a new one at the head and changes a known one where it stands', () => {
    const both = patchCredentials(pagesOf([known]), newer, { status: 'active' });
    expect(idsOf(both)).toEqual([['b', 'a']]);
    const patched = patchCredentials(both, { ...known, issued: 2 }, { status: 'active' });
    expect(idsOf(patched)).toEqual([['b', 'a']]);
    expect(patched.pages[0]?.items[1]?.issued).toBe(2);
  });

  it('takes one that has ended out of the active and puts it among the ended', () => {
    const ended = someCredential({ status: 'revoked', endReason: 'went astray' });
    expect(idsOf(patchCredentials(pagesOf([known]), ended, { status: 'active' }))).toEqual([[]]);
    expect(idsOf(patchCredentials(pagesOf([]), ended, { status: 'ended' }))).toEqual([['a']]);
    expect(idsOf(patchCredentials(pagesOf([]), known, { status: 'ended' }))).toEqual([[]]);
  });

  it('leaves the lists of another run, cloud or principal alone', () => {
    for (const filter of [{ runId: 'run_b' }, { provider: 'gcp' as const }, { q: 'nobody' }])
      expect(idsOf(patchCredentials(pagesOf([]), known, filter))).toEqual([[]]);
    expect(idsOf(patchCredentials(pagesOf([]), known, { runId: 'run_a', provider: 'aws', q: 'ROLE/Agents' }))).toEqual([
      ['a'],
    ]);
  });

  it('reaches every list and the open panel, whether it was opened before or not', () => {
    const client = new QueryClient();
    client.setQueryData(credentialKeys.list({ runId: 'run_a' }), pagesOf([known]));
    client.setQueryData(credentialKeys.list({ status: 'active' }), pagesOf([known]));
    const ended = someCredential({ status: 'completed' });
    patchCredential(client, ended);
    expect(client.getQueryData(credentialKeys.list({ runId: 'run_a' }))).toEqual(pagesOf([ended]));
    expect(client.getQueryData(credentialKeys.list({ status: 'active' }))).toEqual(pagesOf([]));
    expect(client.getQueryData(credentialKeys.one('a'))).toEqual(ended);
  });
});
