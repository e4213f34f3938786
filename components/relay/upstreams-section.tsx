'use client';

import { useQuery } from '@tanstack/react-query';
import { Cable, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { relayUpstreamsQuery } from '@/components/api/relay-queries';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import type { RelayUpstream } from '@/lib/contracts/relay-upstreams';
import { RemoveUpstreamDialog } from './remove-upstream-dialog';
import { UpstreamCompact, upstreamColumns } from './upstream-columns';
import { UpstreamDetails } from './upstream-details';
import { useOpenRows } from './use-open-rows';

const AddUpstreamDialog = dynamic(() => import('./add-upstream-dialog').then((module) => module.AddUpstreamDialog), {
  ssr: false,
});

export function UpstreamsSection() {
  const list = useQuery(relayUpstreamsQuery());
  const rows = list.data ?? [];
  const open = useOpenRows();
  const columns = useTableColumns('relay-upstreams', upstreamColumns(open));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<RelayUpstream | null>(null);
  const add = (
    <Button tone="primary" onClick={() => setAdding(true)}>
      <Icon of={Plus} size={14} /> Add an upstream
    </Button>
  );
  return (
    <>
      {rows.length > 0 && (
        <div className="flex min-h-9 items-center justify-end gap-2 pb-1">
          <ColumnsMenu columns={columns} />
          {add}
        </div>
      )}
      {list.isPending && <SkeletonRows label="Loading upstreams" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="The upstreams could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={Cable} title="No upstream yet" action={add}>
          Where this server has no public port, it can dial out to another connector as a gateway, and run a command of
          yours for each conversation that arrives. Such a run is watched, gated and revoked like any other.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Upstreams"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ id }) => id}
          onOpen={({ id }) => open.toggle(id)}
          compact={(upstream) => <UpstreamCompact upstream={upstream} />}
          expanded={(upstream) => open.has(upstream.id) && <UpstreamDetails upstream={upstream} />}
          actionsWidth={88}
          actions={(upstream) => (
            <Button
              tone="stop-outline"
              size="small"
              aria-label={`Remove ${upstream.id}`}
              onClick={() => setRemoving(upstream)}
              className="md:opacity-0 md:focus-visible:opacity-100 md:group-focus-within/row:opacity-100 md:group-hover/row:opacity-100"
            >
              Remove
            </Button>
          )}
        />
      )}
      {adding && <AddUpstreamDialog onClose={() => setAdding(false)} />}
      {removing && <RemoveUpstreamDialog upstream={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
