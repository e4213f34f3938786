import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { relayKeys } from '@/components/api/relay-queries';
import type { Pages } from '@/components/live/patch-lists';
import {
  patchDenials,
  patchInstance,
  patchInstances,
  patchMessage,
  patchMessages,
  patchPlatforms,
  withMessage,
} from '@/components/live/patch-relay';
import type { RelayMessage } from '@/lib/contracts/relay';
import type { RelayPlatform } from '@/lib/contracts/relay-platforms';
import { pagesOf, someAuditRow, someInstance, someMessage } from './rows';

const idsOf = (data: { pages: { items: { id: string }[] }[] }) =>
  data.pages.map((page) => page.items.map(({ id }) => id));
const detail = { ...someInstance(), boundUsers: [], denials: [], chats: [] };

describe('a live event and the relay', () => {
  it('changes an instance where it stands, puts a new one at the head, and leaves out what the search does not find', () => {
    const known = pagesOf([someInstance()]);
    const newer = someInstance({ id: 'rly_b', gatewayId: 'lea', createdAt: '2026-11-22T10:01:00.000Z' });
    expect(idsOf(patchInstances(known, newer, {}))).toEqual([['rly_b', 'rly_a']]);
    expect(patchInstances(known, newer, { q: 'DISCORD' })).toBe(known);
    const slept = patchInstances(known, someInstance({ status: 'idle' }), { q: 'DISCORD' });
    expect(slept.pages[0]?.items[0]?.status).toBe('idle');
  });

  it('keeps who is bound on the page of an instance, and asks again once their number changed', () => {
    const client = new QueryClient();
    client.setQueryData(relayKeys.instance('team-discord'), detail);
    patchInstance(client, someInstance({ status: 'idle' }));
    expect(client.getQueryData(relayKeys.instance('team-discord'))).toMatchObject({ status: 'idle', boundUsers: [] });
    expect(client.getQueryState(relayKeys.instance('team-discord'))?.isInvalidated).toBe(false);
    patchInstance(client, someInstance({ bindings: 1 }));
    expect(client.getQueryState(relayKeys.instance('team-discord'))?.isInvalidated).toBe(true);
  });

  it('asks for the denials of an instance again once the record says that it was declined', () => {
    const client = new QueryClient();
    client.setQueryData(relayKeys.instance('rly_a'), detail);
    patchDenials(client, someAuditRow({ action: 'relay.outbound', target: 'rly_a' }));
    expect(client.getQueryState(relayKeys.instance('rly_a'))?.isInvalidated).toBe(false);
    patchDenials(client, someAuditRow({ action: 'relay.decline', target: 'rly_a', outcome: 'refused' }));
    expect(client.getQueryState(relayKeys.instance('rly_a'))?.isInvalidated).toBe(true);
  });

  it('adds a message once, to its own chat, and edits it where it stands', () => {
    const client = new QueryClient();
    const [here, elsewhere] = ['op_1', 'ops'].map((chatId) => relayKeys.messages('rly_a', { chatId }));
    for (const queryKey of [here, elsewhere]) client.setQueryData(queryKey ?? [], pagesOf([someMessage()]));
    const answer = someMessage({ id: 'msg_b', author: 'gateway', at: '2026-11-22T10:00:01.000Z' });
    patchMessage(client, answer);
    patchMessage(client, { ...answer, text: 'Better', editedAt: '2026-11-22T10:00:09.000Z' });
    const items = client.getQueryData<ReturnType<typeof pagesOf<typeof answer>>>(here ?? [])?.pages[0]?.items;
    expect(items?.map(({ id, text }) => [id, text])).toEqual([
      ['msg_b', 'Better'],
      ['msg_a', 'Hello'],
    ]);
    expect(client.getQueryData(elsewhere ?? [])).toEqual(pagesOf([someMessage()]));
  });

  it('leaves out an older message that is not loaded: an edit of it must not bring it to the end', () => {
    const list = pagesOf([someMessage()]);
    expect(patchMessages(list, someMessage({ id: 'msg_0', at: '2026-11-21T10:00:00.000Z' }))).toBe(list);
  });

  it('loses none of those that were said in one millisecond, in whatever order they are told', () => {
    const told = ['msg_c', 'msg_b', 'msg_d'].map((id) => someMessage({ id }));
    const first: Pages<RelayMessage> = pagesOf([someMessage()]);
    const all = told.reduce((list, message) => patchMessages(list, message), first);
    expect(idsOf(all)).toEqual([['msg_d', 'msg_c', 'msg_b', 'msg_a']]);
  });

  it('brings the chat of a new message to the head, and moves none for an edit', () => {
    const chats = [
      { id: 'ops', messages: 2, lastAt: '2026-11-22T09:00:00.000Z' },
      { id: 'op_1', messages: 1, lastAt: '2026-11-22T08:00:00.000Z' },
    ];
    expect(withMessage(chats, someMessage())).toEqual([
      { id: 'op_1', messages: 2, lastAt: '2026-11-22T10:00:00.000Z' },
      chats[0],
    ]);
    expect(
      withMessage(chats, someMessage({ at: '2026-11-22T07:00:00.000Z', editedAt: '2026-11-22T10:00:00.000Z' })),
    ).toEqual(chats);
    expect(withMessage([], someMessage())).toHaveLength(1);
  });

  it('keeps the console first among the platforms', () => {
    const platform = (id: string, kind: RelayPlatform['kind']): RelayPlatform => ({
      ...{ id, kind, label: id, tenant: 'default', status: 'ready', error: null, account: null, ops: [] },
      ...{ inboundUrl: null, settings: {}, createdBy: null, createdAt: null },
    });
    const list = [platform('console', 'console'), platform('helpdesk', 'webhook')];
    expect(patchPlatforms(list, 'bot', platform('bot', 'telegram')).map(({ id }) => id)).toEqual([
      'console',
      'bot',
      'helpdesk',
    ]);
    expect(patchPlatforms(list, 'helpdesk', null).map(({ id }) => id)).toEqual(['console']);
  });
});
