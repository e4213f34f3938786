'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { CloudCog, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { credentialsQuery } from '@/components/api/credential-queries';
import { rowsOf } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { columnsBesidePanel, columnsOfRun } from '@/components/credentials/credential-columns';
import { CredentialList } from '@/components/credentials/credential-list';
import { CredentialPanel } from '@/components/credentials/credential-panel';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useUrlState } from '@/components/ui/use-url-state';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';

const NewSessionDialog = dynamic(
  () => import('@/components/credentials/new-session-dialog').then((module) => module.NewSessionDialog),
  { ssr: false },
);

/** How many cloud sessions a run has had, as far as they are loaded. */
export function useCredentialCount(runId: string): number {
  return rowsOf(useInfiniteQuery(credentialsQuery(useMemo(() => ({ runId }), [runId]))).data).length;
}

export function RunCredentialsTab({ run }: { run: Run }) {
  const url = useUrlState();
  const { can } = useMe();
  const list = useInfiniteQuery(credentialsQuery(useMemo(() => ({ runId: run.id }), [run.id])));
  const rows = rowsOf(list.data);
  const openId = url.get('session')?.slice(0, 64);
  const columns = useTableColumns('run-credentials', columnsOfRun);
  const fewColumns = useTableColumns('credentials-beside', columnsBesidePanel);
  const [creating, setCreating] = useState(false);
  const open = (id: string | undefined) => url.set({ session: id });
  const create = can('runs.control') && isLiveRun(run.status) && (
    <Button onClick={() => setCreating(true)}>
      <Icon of={Plus} /> New session
    </Button>
  );
  return (
    <section aria-label="Credentials">
      {rows.length > 0 && create && <div className="flex justify-end pb-2">{create}</div>}
      {list.isPending && <SkeletonRows label="Loading cloud sessions" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="The sessions could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={CloudCog} title="This run has no access to a cloud" action={create || undefined}>
          A session gives it one principal of one cloud, and ends with it.
        </EmptyState>
      )}
      <div className={cn('grid gap-4', openId && 'lg:grid-cols-[minmax(0,1fr)_minmax(360px,440px)]')}>
        <div className="min-w-0">
          {rows.length > 0 && (
            <CredentialList
              label="Cloud sessions of the run"
              rows={rows}
              columns={openId ? fewColumns : columns}
              openId={openId}
              onOpen={open}
            />
          )}
          <LoadMore list={list} />
        </div>
        {openId && (
          <CredentialPanel id={openId} known={rows.find(({ id }) => id === openId)} onClose={() => open(undefined)} />
        )}
      </div>
      {creating && <NewSessionDialog runId={run.id} onClose={() => setCreating(false)} onOpened={open} />}
    </section>
  );
}
