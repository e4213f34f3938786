'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus, Waypoints } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { relayPlatformsQuery } from '@/components/api/relay-queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { PlatformCompact, platformColumns } from './platform-columns';
import { PlatformDetails } from './platform-details';
import { PlatformMenu } from './platform-menu';
import { useOpenRows } from './use-open-rows';

const AddPlatformDialog = dynamic(() => import('./add-platform-dialog').then((module) => module.AddPlatformDialog), {
  ssr: false,
});

export function PlatformsSection() {
  const { can } = useMe();
  const isAdmin = can('settings.manage');
  const list = useQuery(relayPlatformsQuery());
  const rows = list.data ?? [];
  const open = useOpenRows();
  const columns = useTableColumns('relay-platforms', platformColumns(open));
  const [adding, setAdding] = useState(false);
  const add = isAdmin && (
    <Button tone="primary" onClick={() => setAdding(true)}>
      <Icon of={Plus} size={14} /> Add a platform
    </Button>
  );
  const onlyConsole = list.data !== undefined && rows.every(({ kind }) => kind === 'console');
  return (
    <>
      {rows.length > 0 && (
        <div className="flex min-h-9 items-center justify-end gap-2 pb-1">
          <ColumnsMenu columns={columns} />
          {!onlyConsole && add}
        </div>
      )}
      {list.isPending && <SkeletonRows label="Loading platforms" rows={4} />}
      {list.isError && !list.data && (
        <ErrorState title="The platforms could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {rows.length > 0 && (
        <DataTable
          label="Platforms"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ label }) => label}
          onOpen={({ id }) => open.toggle(id)}
          compact={(platform) => <PlatformCompact platform={platform} />}
          expanded={(platform) => open.has(platform.id) && <PlatformDetails platform={platform} />}
          actions={(platform) => isAdmin && platform.kind !== 'console' && <PlatformMenu platform={platform} />}
        />
      )}
      {onlyConsole && (
        <EmptyState icon={Waypoints} title="No chat platform besides the console" action={add}>
          Add a bot of Telegram or Discord, or a webhook of your own system: what its users write then reaches the
          gateway each of them is bound to, and the credentials of the platform stay here.
        </EmptyState>
      )}
      {adding && <AddPlatformDialog onClose={() => setAdding(false)} />}
    </>
  );
}
