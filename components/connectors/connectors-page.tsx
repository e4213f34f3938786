'use client';

import { useQuery } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { queryKeys } from '@/components/api/queries';
import { connectorsQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import type { Connector } from '@/lib/contracts/connectors';
import { ConnectorCompact, connectorColumns } from './connector-columns';
import { useConnectorHealth } from './use-connector-health';

const AddConnectorDialog = dynamic(() => import('./add-connector-dialog').then((module) => module.AddConnectorDialog), {
  ssr: false,
});

export function ConnectorsPage() {
  const router = useRouter();
  const { can } = useMe();
  const list = useQuery(connectorsQuery());
  useConnectorHealth(queryKeys.connectors);
  const columns = useTableColumns('connectors', connectorColumns);
  const [adding, setAdding] = useState(false);
  const rows = list.data ?? [];
  const add = can('settings.manage') && (
    <Button tone="primary" onClick={() => setAdding(true)}>
      <Icon of={Plus} size={14} /> Add…
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Connectors"
        summary={list.data && <Summary connectors={rows} />}
        actions={
          rows.length > 0 && (
            <>
              <ColumnsMenu columns={columns} />
              {add}
            </>
          )
        }
      />
      <div className="pt-2.5">
        {list.isPending && <SkeletonRows label="Loading connectors" />}
        {list.isError && !list.data && (
          <ErrorState
            title="The connectors could not be loaded"
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        )}
        {list.data && rows.length === 0 && (
          <EmptyState icon={Plug} title="No connectors yet" action={add}>
            A connector is an MCP server behind the gate. Paste the <code>mcpServers</code> block your agents use today,
            and each call goes through here first.
          </EmptyState>
        )}
        {rows.length > 0 && (
          <DataTable
            label="Connectors"
            columns={columns}
            rows={rows}
            rowId={(connector) => connector.id}
            rowName={(connector) => connector.name}
            onOpen={(connector) => router.push(`/connectors/${connector.id}`)}
            compact={(connector) => <ConnectorCompact connector={connector} />}
          />
        )}
      </div>
      {adding && <AddConnectorDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Summary({ connectors }: { connectors: readonly Connector[] }) {
  const count = (status: Connector['status']) => connectors.filter((each) => each.status === status).length;
  const failed = count('failed');
  return (
    <>
      {formatCount(count('ready'))} of {formatCount(connectors.length)} ready
      {failed > 0 && <span className="text-stop">, {formatCount(failed)} failed</span>}
    </>
  );
}
