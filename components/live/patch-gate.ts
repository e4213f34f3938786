/** What the gate and its approvals tell, written into the lists and pages that show them. */
import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import { type ApprovalsFilter, type CallsFilter, queryKeys } from '@/components/api/queries';
import type { Approval } from '@/lib/contracts/approvals';
import type { ToolCall } from '@/lib/contracts/calls';
import type { LiveEvent } from './patch-cache';
import { type Pages, prependRow, removeRow, replaceRow } from './patch-lists';

const sameId = <T extends { id: string }>(a: T, b: T) => a.id === b.id;
type ApprovalEvent = Extract<LiveEvent, { type: 'approval.requested' | 'approval.decided' }>;

export function approvalMatches(approval: Approval, filter: ApprovalsFilter): boolean {
  if (filter.status && approval.status !== filter.status) return false;
  return !filter.runId || approval.runId === filter.runId;
}

/** An event leaves out the arguments, which not every role may see: what is known of them stays. */
export function mergeApproval(known: Approval | undefined, next: Approval): Approval {
  return known ? { ...next, arguments: next.arguments ?? known.arguments } : next;
}

const askedAgain = new WeakSet<Query>();

/** An answer under way may be older than the event that just came, and would put the past back: it is asked for once more after it. */
export function askAgainAfterAnswer(client: QueryClient, queryKey: QueryKey): void {
  for (const query of client.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' })) {
    if (askedAgain.has(query)) continue;
    askedAgain.add(query);
    const again = () => {
      askedAgain.delete(query);
      void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    };
    void query.promise?.then(again, again);
  }
}

export function patchApprovals(data: Pages<Approval>, approval: Approval, filter: ApprovalsFilter): Pages<Approval> {
  if (!approvalMatches(approval, filter)) return removeRow(data, approval, sameId);
  const known = data.pages.flatMap((page) => page.items).find((item) => item.id === approval.id);
  return known ? replaceRow(data, mergeApproval(known, approval), sameId) : prependRow(data, approval);
}

export function patchApproval(client: QueryClient, { data: approval }: Pick<ApprovalEvent, 'data'>): void {
  client.setQueryData<Approval>(queryKeys.approval(approval.id), (known) => known && mergeApproval(known, approval));
  for (const [key, data] of client.getQueriesData<Pages<Approval>>({ queryKey: queryKeys.approvals() })) {
    const filter = key.at(-1);
    if (data && typeof filter === 'object' && filter !== null)
      client.setQueryData(key, patchApprovals(data, approval, filter as ApprovalsFilter));
  }
  askAgainAfterAnswer(client, ['approvals']);
  // The count is the server's: an approval that was put off is told again, and must not count twice.
  void client.invalidateQueries({ queryKey: queryKeys.navCounts });
}

export function patchCalls(data: Pages<ToolCall>, call: ToolCall, filter: CallsFilter): Pages<ToolCall> {
  if (filter.status && call.status !== filter.status) return removeRow(data, call, sameId);
  const known = data.pages.flatMap((page) => page.items).find((item) => item.id === call.id);
  return known
    ? replaceRow(data, { ...call, arguments: known.arguments, result: known.result }, sameId)
    : prependRow(data, call);
}

export function patchCall(client: QueryClient, call: ToolCall): void {
  for (const [key, data] of client.getQueriesData<Pages<ToolCall>>({ queryKey: queryKeys.calls(call.runId) })) {
    const filter = key.at(-1);
    if (data && typeof filter === 'object' && filter !== null)
      client.setQueryData(key, patchCalls(data, call, filter as CallsFilter));
  }
  askAgainAfterAnswer(client, queryKeys.calls(call.runId));
  const known = client.getQueryData<ToolCall>(queryKeys.call(call.id));
  if (!known) return;
  client.setQueryData<ToolCall>(queryKeys.call(call.id), {
    ...call,
    arguments: known.arguments,
    result: known.result,
  });
  // Its result has come, which the event leaves out: whoever looks at this one call asks for it.
  if (call.endedAt !== null) void client.invalidateQueries({ queryKey: queryKeys.call(call.id) });
}
