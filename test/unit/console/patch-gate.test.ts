import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { queryKeys } from '@/components/api/queries';
import { messageOf, missingGrant } from '@/components/calls/call-words';
import { patchApproval, patchApprovals, patchCall, patchCalls } from '@/components/live/patch-gate';
import type { ToolCall } from '@/lib/contracts/calls';
import { eventually } from '../../support/eventually';
import { pagesOf, someApproval, someCall } from './rows';

const idsOf = (data: { pages: { items: { id: string }[] }[] }) =>
  data.pages.map((page) => page.items.map((item) => item.id));

describe('a live event and the queue of approvals', () => {
  const waiting = () => pagesOf([someApproval({ arguments: { path: '/a' } })]);

  it('puts a held call into the queue once, however often it is told', () => {
    const next = someApproval({ id: 'apr_b' });
    const once = patchApprovals(waiting(), next, { status: 'pending' });
    expect(idsOf(once)).toEqual([['apr_b', 'apr_a']]);
    expect(idsOf(patchApprovals(once, next, { status: 'pending' }))).toEqual([['apr_b', 'apr_a']]);
  });

  it('takes a decided one out of the queue, and puts it among the decided', () => {
    const decided = someApproval({ status: 'denied', decidedBy: 'ines' });
    expect(idsOf(patchApprovals(waiting(), decided, { status: 'pending' }))).toEqual([[]]);
    expect(idsOf(patchApprovals(pagesOf([]), decided, { status: 'denied' }))).toEqual([['apr_a']]);
    expect(idsOf(patchApprovals(pagesOf([]), decided, { status: 'approved' }))).toEqual([[]]);
  });

  it('keeps the arguments that were read, which an event never carries', () => {
    const later = someApproval({ expiresAt: '2026-11-22T10:10:00.000Z' });
    const [row] = patchApprovals(waiting(), later, { status: 'pending' }).pages[0]?.items ?? [];
    expect(row).toMatchObject({ arguments: { path: '/a' }, expiresAt: later.expiresAt });
    const client = new QueryClient();
    client.setQueryData(queryKeys.approval('apr_a'), someApproval({ arguments: { path: '/a' } }));
    patchApproval(client, { data: someApproval({ status: 'approved' }) });
    expect(client.getQueryData(queryKeys.approval('apr_a'))).toMatchObject({
      status: 'approved',
      arguments: { path: '/a' },
    });
  });

  it('leaves the queue of another run alone', () => {
    expect(idsOf(patchApprovals(pagesOf([]), someApproval(), { status: 'pending', runId: 'run_b' }))).toEqual([[]]);
  });
});

describe('a live event and the calls of a run', () => {
  it('changes a call in place and keeps what was read of it', () => {
    const list = pagesOf<ToolCall>([someCall({ id: 'call_b' }), someCall({ arguments: { path: '/a' } })]);
    const patched = patchCalls(list, someCall({ status: 'completed', tookMs: 3 }), {});
    expect(idsOf(patched)).toEqual([['call_b', 'call_a']]);
    expect(patched.pages[0]?.items[1]).toMatchObject({ status: 'completed', arguments: { path: '/a' } });
  });

  it('touches the lists of that run alone', () => {
    const client = new QueryClient();
    for (const runId of ['run_a', 'run_b']) client.setQueryData(queryKeys.calls(runId, {}), pagesOf<ToolCall>([]));
    patchCall(client, someCall());
    expect(idsOf(client.getQueryData(queryKeys.calls('run_a', {})) ?? pagesOf([]))).toEqual([['call_a']]);
    expect(idsOf(client.getQueryData(queryKeys.calls('run_b', {})) ?? pagesOf([]))).toEqual([[]]);
  });
});

describe('an event that overtakes an answer', () => {
  it('has the answer asked for once more, so that no call is missing from the list', async () => {
    const client = new QueryClient();
    const queryKey = queryKeys.calls('run_a', {});
    const answers: ((rows: ToolCall[]) => void)[] = [];
    const queryFn = () => new Promise((resolve) => answers.push((rows) => resolve(pagesOf(rows))));
    const observer = new QueryObserver(client, { queryKey, queryFn });
    const stop = observer.subscribe(() => undefined);
    patchCall(client, someCall());
    patchCall(client, someCall({ id: 'call_b' }));
    answers[0]?.([]);
    await eventually(() => expect(answers).toHaveLength(2));
    answers[1]?.([someCall({ id: 'call_b' }), someCall()]);
    await eventually(() => expect(idsOf(client.getQueryData(queryKey) ?? pagesOf([]))).toEqual([['call_b', 'call_a']]));
    expect(answers).toHaveLength(2);
    stop();
  });
});

describe('a refused call in words', () => {
  const details = { capability: 'connector:slack', pluginId: 'helper', grantAt: 'http://localhost/plugins/helper' };
  const call = someCall({
    status: 'refused',
    code: 'CONNECTOR_NOT_GRANTED',
    message: `It was not granted. Nothing was sent. An operator can grant it at ${details.grantAt}.`,
    details,
  });

  it('offers the grant that is missing, and only where the refusal names one', () => {
    expect(missingGrant(call)).toEqual({ pluginId: 'helper', capability: 'connector:slack' });
    expect(missingGrant({ ...call, details: { capability: 'connector:slack' } })).toBeNull();
    expect(missingGrant({ ...call, code: 'LOCKED' })).toBeNull();
  });

  it('leaves the address of the grant to its button', () => {
    expect(messageOf(call)).toBe('It was not granted. Nothing was sent.');
  });

  it('makes what hides in a message visible', () => {
    expect(messageOf({ ...call, message: 'safe\u202eelif' })).toBe('safe<U+202E>elif');
  });
});
