'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Waypoints } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { identityCallsQuery, type Who } from '@/components/api/identity-queries';
import { rowsOf } from '@/components/api/queries';
import { useNames } from '@/components/audit/use-names';
import { CallCompact, callColumns } from '@/components/calls/call-columns';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { shortId } from '@/components/ui/format';
import { LoadMore } from '@/components/ui/load-more';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { type Column, useTableColumns } from '@/components/ui/table-columns';
import { ExactTime } from '@/components/ui/time';
import type { Approval } from '@/lib/contracts/approvals';
import type { ToolCall } from '@/lib/contracts/calls';

const runColumn: Column<ToolCall> = {
  id: 'run',
  header: 'Run',
  width: 128,
  wideOnly: true,
  cell: (call) => <code title={call.runId}>{shortId(call.runId)}</code>,
  csv: (call) => call.runId,
};
/** These may go back months: the day is said where it is not today. */
const timeColumn: Column<ToolCall> = {
  id: 'time',
  header: 'Time',
  width: 184,
  cell: (call) => <ExactTime at={call.at} precise className="font-mono text-hint text-muted" />,
  csv: (call) => call.at,
};
const noneHeld: ReadonlyMap<string, Approval> = new Map();

/** What was done for a principal, whichever run did it; a row opens the call with its path through the gate. */
export function IdentityCalls({ identity }: { identity: Who }) {
  const router = useRouter();
  const list = useInfiniteQuery(identityCallsQuery(identity));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const context = { names: useNames(), held: noneHeld };
  const columns = useTableColumns('identity-calls', [
    timeColumn,
    ...callColumns(context).filter(({ id }) => id !== 'time'),
    runColumn,
  ]);
  if (list.isPending) return <SkeletonRows label="Loading calls" />;
  if (list.isError && !list.data)
    return <ErrorState title="The calls could not be loaded" error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0)
    return (
      <EmptyState icon={Waypoints} title="No tool has been called for this user yet">
        Each call appears here, whichever run made it.
      </EmptyState>
    );
  return (
    <>
      <DataTable
        label="Calls for the identity"
        columns={columns}
        rows={rows}
        rowId={(call) => call.id}
        rowName={(call) => printable(`${call.connectorId} ${call.toolName}`)}
        onOpen={(call) => router.push(`/runs/${call.runId}?tab=calls&call=${call.id}`)}
        compact={(call) => <CallCompact call={call} context={context} />}
      />
      <LoadMore list={list} />
    </>
  );
}
