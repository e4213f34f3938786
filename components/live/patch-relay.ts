/** What the relay tells, written into the lists, pages and conversations that show it. */
import type { QueryClient } from '@tanstack/react-query';
import { type InstancesFilter, type MessagesFilter, relayKeys } from '@/components/api/relay-queries';
import type { AuditRow } from '@/lib/contracts/audit';
import type { RelayChat, RelayInstance, RelayInstanceDetail, RelayMessage } from '@/lib/contracts/relay';
import type { RelayPlatform } from '@/lib/contracts/relay-platforms';
import { askAgainAfterAnswer } from './patch-gate';
import { type Pages, prependRow, removeRow, replaceRow } from './patch-lists';

const sameId = <T extends { id: string }>(a: T, b: T) => a.id === b.id;

export function instanceMatches({ gatewayId }: RelayInstance, { q }: InstancesFilter): boolean {
  return !q || gatewayId.toLowerCase().includes(q.toLowerCase());
}

export function patchInstances(
  data: Pages<RelayInstance>,
  instance: RelayInstance,
  filter: InstancesFilter,
): Pages<RelayInstance> {
  if (!instanceMatches(instance, filter)) return removeRow(data, instance, sameId);
  const replaced = replaceRow(data, instance, sameId);
  if (replaced !== data) return replaced;
  const newest = data.pages[0]?.items[0];
  return !newest || instance.createdAt >= newest.createdAt ? prependRow(data, instance) : data;
}

export function patchInstance(client: QueryClient, instance: RelayInstance): void {
  for (const [key, data] of client.getQueriesData<Pages<RelayInstance>>({ queryKey: relayKeys.instances() })) {
    const filter = key.at(-1);
    if (data && typeof filter === 'object' && filter !== null)
      client.setQueryData(key, patchInstances(data, instance, filter as InstancesFilter));
  }
  askAgainAfterAnswer(client, relayKeys.instances());
  // A page may have been opened by the id of the gateway.
  for (const id of [instance.id, instance.gatewayId]) {
    const known = client.getQueryData<RelayInstanceDetail>(relayKeys.instance(id));
    if (!known) continue;
    client.setQueryData<RelayInstanceDetail>(relayKeys.instance(id), { ...known, ...instance });
    // Who is bound is told by their number alone.
    if (known.bindings !== instance.bindings) void client.invalidateQueries({ queryKey: relayKeys.instance(id) });
  }
}

/**
 * Newest first, as the server has them: an edit or a chosen option keeps its place, and of those said in one millisecond each
 * finds its own. What is older than all that is loaded is left out: it is on a page that was not asked for.
 */
export function patchMessages(data: Pages<RelayMessage>, message: RelayMessage): Pages<RelayMessage> {
  const replaced = replaceRow(data, message, sameId);
  if (replaced !== data) return replaced;
  const known = data.pages.flatMap(({ items }) => items);
  const older = known.find((each) => isAfter(message, each));
  if (older) return insertBefore(data, older, message);
  return known.length === 0 ? prependRow(data, message) : data;
}

function insertBefore(data: Pages<RelayMessage>, older: RelayMessage, message: RelayMessage): Pages<RelayMessage> {
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.flatMap((each) => (each === older ? [message, each] : [each])),
  }));
  return { ...data, pages };
}

function isAfter(a: RelayMessage, b: RelayMessage): boolean {
  return a.at === b.at ? a.id > b.id : a.at > b.at;
}

export function patchMessage(client: QueryClient, message: RelayMessage): void {
  for (const [key, data] of client.getQueriesData<Pages<RelayMessage>>({
    queryKey: relayKeys.messages(message.instanceId),
  })) {
    const { chatId } = key.at(-1) as MessagesFilter;
    if (data && chatId === message.chatId) client.setQueryData(key, patchMessages(data, message));
  }
  askAgainAfterAnswer(client, relayKeys.messages(message.instanceId));
  client.setQueriesData<RelayInstanceDetail>({ queryKey: ['relay', 'one'] }, (known) =>
    known?.id === message.instanceId ? { ...known, chats: withMessage(known.chats, message) } : known,
  );
}

/** The chat of a new message comes first; an edit of an old one moves nothing. */
export function withMessage(chats: readonly RelayChat[], { chatId, at, editedAt, prompt }: RelayMessage): RelayChat[] {
  const known = chats.find(({ id }) => id === chatId);
  if (known && (at <= known.lastAt || editedAt !== null || prompt?.chosen)) return [...chats];
  const chat = { id: chatId, messages: (known?.messages ?? 0) + 1, lastAt: at };
  return [chat, ...chats.filter((each) => each !== known)];
}

/** What was declined stands on the page of the instance, and is told by the record alone. */
export function patchDenials(client: QueryClient, { target, outcome, action }: AuditRow): void {
  if (outcome !== 'refused' || !action.startsWith('relay.')) return;
  void client.invalidateQueries({ queryKey: relayKeys.instance(target) });
}

/** A new one comes after the console, which is always first. */
export function patchPlatforms(list: RelayPlatform[], id: string, platform: RelayPlatform | null): RelayPlatform[] {
  if (platform === null) return list.filter((each) => each.id !== id);
  if (list.some((each) => each.id === id)) return list.map((each) => (each.id === id ? platform : each));
  const [first, ...rest] = list;
  return first?.kind === 'console' ? [first, platform, ...rest] : [platform, ...list];
}

export function patchPlatform(client: QueryClient, id: string, platform: RelayPlatform | null): void {
  client.setQueryData<RelayPlatform[]>(relayKeys.platforms, (list) => list && patchPlatforms(list, id, platform));
  askAgainAfterAnswer(client, relayKeys.platforms);
}
