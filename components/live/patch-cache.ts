/** Writes one live event into every query that shows what it is about. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { z } from 'zod';
import { identityKeys } from '@/components/api/identity-queries';
import { type AuditFilter, queryKeys, type RunsFilter, type TokensFilter } from '@/components/api/queries';
import { relayKeys } from '@/components/api/relay-queries';
import type { AuditRow } from '@/lib/contracts/audit';
import type { EventFrame } from '@/lib/contracts/events';
import type { navCounts } from '@/lib/contracts/overview';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { AgentEvent, Run } from '@/lib/contracts/runs';
import type { ToolToken } from '@/lib/contracts/tokens';
import { patchCredential } from './patch-credentials';
import { patchApproval, patchCall } from './patch-gate';
import { patchCallOf, patchRunOf } from './patch-identities';
import { patchLeak } from './patch-leaks';
import { type Pages, patchAudit, patchRuns, patchTokens } from './patch-lists';
import { patchOverview } from './patch-overview';
import { patchDenials, patchInstance, patchMessage, patchPlatform } from './patch-relay';
import { countRunUnder, patchConnector, patchLock, patchPlugin } from './patch-trust';

export type LiveEvent = Exclude<EventFrame, { type: 'reset' }>;
type NavCounts = z.infer<typeof navCounts>;

export function patchCache(client: QueryClient, event: LiveEvent): void {
  patchOverview(client, event);
  switch (event.type) {
    case 'run.started':
    case 'run.updated':
    case 'run.ended':
      patchRun(client, event.data, event.type);
      patchRunOf(client, event.data, event.type);
      break;
    case 'token.minted':
    case 'token.revoked':
      patchToken(client, event.data, event.type);
      break;
    case 'audit.appended':
      patchEach<Pages<AuditRow>, AuditFilter>(client, queryKeys.audit(), (data, filter) =>
        patchAudit(data, event.data, filter),
      );
      patchDenials(client, event.data);
      break;
    case 'approval.requested':
    case 'approval.decided':
      patchApproval(client, event);
      break;
    case 'tool.called':
      patchCall(client, event.data);
      patchCallOf(client, event.data);
      break;
    case 'plugin.changed':
      patchPlugin(client, event.data.id, event.data.plugin);
      break;
    case 'connector.changed':
      patchConnector(client, event.data.id, event.data.connector);
      break;
    case 'lock.changed':
      patchLock(client, event.data.id, event.data.lock);
      void client.invalidateQueries({ queryKey: identityKeys.list() });
      break;
    case 'identity.changed':
      // An alias gives what it holds to others, so each page of one may have changed.
      void client.invalidateQueries({ queryKey: identityKeys.all });
      break;
    case 'leak.changed':
      patchLeak(client, event.data);
      break;
    case 'credential.changed':
      patchCredential(client, event.data);
      break;
    case 'relay.changed':
      patchInstance(client, event.data);
      break;
    case 'relay.message':
      patchMessage(client, event.data);
      break;
    case 'relay.platform':
      patchPlatform(client, event.data.id, event.data.platform);
      break;
    case 'relay.upstream':
      void client.invalidateQueries({ queryKey: relayKeys.upstreams });
      break;
    case 'tools.changed':
      client.setQueryData(queryKeys.toolsQueue, event.data);
      void client.invalidateQueries({ queryKey: queryKeys.deadLetters });
      break;
    case 'agent.event':
      patchAgentEvents(client, event.data);
      break;
    case 'operator.changed':
      void client.invalidateQueries({ queryKey: queryKeys.operators });
      void client.invalidateQueries({ queryKey: queryKeys.me });
      break;
  }
}

function patchRun(client: QueryClient, run: Run, type: 'run.started' | 'run.updated' | 'run.ended'): void {
  client.setQueryData<Run>(queryKeys.run(run.id), (known) => known && run);
  patchEach<Pages<Run>, RunsFilter>(client, queryKeys.runs(), (data, filter) => patchRuns(data, run, filter));
  if (type === 'run.started' && isLiveRun(run.status)) count(client, 'liveRuns', 1);
  if (type === 'run.ended') count(client, 'liveRuns', -1);
  if (run.pluginId !== null && type === 'run.started') countRunUnder(client, run.pluginId, 1);
  if (run.pluginId !== null && type === 'run.ended') countRunUnder(client, run.pluginId, -1);
}

function patchToken(client: QueryClient, token: ToolToken, type: 'token.minted' | 'token.revoked'): void {
  patchEach<Pages<ToolToken>, TokensFilter>(client, queryKeys.tokens(), (data, filter) =>
    patchTokens(data, token, filter),
  );
  count(client, 'liveTokens', type === 'token.minted' ? 1 : -1);
}

function patchAgentEvents(client: QueryClient, event: AgentEvent): void {
  client.setQueryData<Pages<AgentEvent>>(queryKeys.runEvents(event.runId), (data) => {
    const first = data?.pages[0];
    if (!data || !first || first.items.some((item) => item.seq === event.seq)) return data;
    return { ...data, pages: [{ ...first, items: [event, ...first.items] }, ...data.pages.slice(1)] };
  });
}

function count(client: QueryClient, name: keyof NavCounts, by: 1 | -1): void {
  client.setQueryData<NavCounts>(
    queryKeys.navCounts,
    (counts) => counts && { ...counts, [name]: Math.max(0, counts[name] + by) },
  );
}

/** Every cached list under a key, with the filter that is the last part of its own key. */
function patchEach<T, F extends object>(
  client: QueryClient,
  key: QueryKey,
  change: (data: T, filter: Partial<F>) => T,
): void {
  for (const [found, data] of client.getQueriesData<T>({ queryKey: key })) {
    const filter = found.at(-1);
    if (data !== undefined && typeof filter === 'object' && filter !== null) {
      client.setQueryData<T>(found, change(data, filter as Partial<F>));
    }
  }
}
