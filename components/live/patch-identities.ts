/** What runs and calls tell of the principals they are for, written into the lists that are on the screen. */
import type { QueryClient } from '@tanstack/react-query';
import { identityKeys, type Who } from '@/components/api/identity-queries';
import type { ToolCall } from '@/lib/contracts/calls';
import type { Identity, IdentityDetail } from '@/lib/contracts/identities';
import type { Run } from '@/lib/contracts/runs';
import { patchCalls } from './patch-gate';
import type { Pages } from './patch-lists';

type Change = (known: Identity) => Identity;

const isWho = (a: Who, b: Who) => a.userId === b.userId && a.platform === b.platform;

export function patchRunOf(client: QueryClient, run: Run, type: 'run.started' | 'run.updated' | 'run.ended'): void {
  if (type === 'run.updated') return;
  const by = type === 'run.started' ? 1 : -1;
  const known = patchWho(client, run.principal, (identity) => ({
    ...identity,
    liveRuns: Math.max(0, identity.liveRuns + by),
    ...(by === 1 && { lastSeenAt: run.startedAt }),
  }));
  // Somebody new: the list knows where among the others.
  if (!known && by === 1) void client.invalidateQueries({ queryKey: identityKeys.list() });
}

export function patchCallOf(client: QueryClient, call: ToolCall): void {
  patchWho(client, call.principal, (identity) => {
    return call.at > identity.lastSeenAt ? { ...identity, lastSeenAt: call.at } : identity;
  });
  for (const [key, data] of client.getQueriesData<Pages<ToolCall>>({ queryKey: identityKeys.calls() })) {
    const who = key.at(-1);
    if (data && typeof who === 'object' && who !== null && isWho(who as Who, call.principal))
      client.setQueryData(key, patchCalls(data, call, {}));
  }
}

/** True where a list shows it. */
function patchWho(client: QueryClient, who: Who, change: Change): boolean {
  client.setQueryData<IdentityDetail>(
    identityKeys.one(who),
    (identity) => identity && { ...identity, ...change(identity) },
  );
  let known = false;
  for (const [key, data] of client.getQueriesData<Pages<Identity>>({ queryKey: identityKeys.list() })) {
    if (!data?.pages.some((page) => page.items.some((item) => isWho(item, who)))) continue;
    known = true;
    const items = (all: Identity[]) => all.map((item) => (isWho(item, who) ? change(item) : item));
    client.setQueryData(key, { ...data, pages: data.pages.map((page) => ({ ...page, items: items(page.items) })) });
  }
  return known;
}
