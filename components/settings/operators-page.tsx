'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { operatorsQuery, rowsOf } from '@/components/api/queries';
import { Button } from '@/components/ui/button';
import { DataTable } from '@/components/ui/data-table';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { AdminsOnly } from './admins-only';
import { type OperatorAct, OperatorActDialog } from './operator-act-dialog';
import { operatorColumns } from './operator-columns';
import { OperatorCompact } from './operator-compact';
import { OperatorMenu } from './operator-row-menu';
import { Section } from './section';

const AddOperatorDialog = dynamic(() => import('./add-operator-dialog').then((module) => module.AddOperatorDialog), {
  ssr: false,
});

export function OperatorsPage() {
  return (
    <AdminsOnly what="the operators">
      <Operators />
    </AdminsOnly>
  );
}

function Operators() {
  const list = useInfiniteQuery(operatorsQuery());
  const rows = rowsOf(list.data);
  const columns = useTableColumns('operators', operatorColumns);
  const [adding, setAdding] = useState(false);
  const [act, setAct] = useState<OperatorAct | null>(null);
  return (
    <Section
      title="Operators"
      about="Who may sign in, and what each may do. A change takes effect at their very next request."
      actions={
        <Button tone="primary" onClick={() => setAdding(true)}>
          <Icon of={Plus} size={14} /> Add an operator
        </Button>
      }
    >
      {list.isPending && <SkeletonRows label="Loading operators" rows={4} />}
      {list.isError && !list.data && (
        <ErrorState title="The operators could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {rows.length > 0 && (
        <DataTable
          label="Operators"
          columns={columns}
          rows={rows}
          rowId={(operator) => operator.id}
          rowName={(operator) => operator.name}
          compact={(operator) => <OperatorCompact operator={operator} />}
          actions={(operator) => <OperatorMenu operator={operator} onAct={setAct} />}
        />
      )}
      <LoadMore list={list} />
      {adding && <AddOperatorDialog onClose={() => setAdding(false)} />}
      {act && <OperatorActDialog act={act} onClose={() => setAct(null)} />}
    </Section>
  );
}
