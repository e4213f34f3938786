'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { type CredentialsFilter, credentialsQuery } from '@/components/api/credential-queries';
import { rowsOf } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { useTrimmedHead } from '@/components/api/use-trimmed-head';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { ErrorState } from '@/components/ui/error-state';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useUrlState } from '@/components/ui/use-url-state';
import { columnsBesidePanel, credentialColumns } from './credential-columns';
import { CredentialFilters, type StatusChoice, statusChoices } from './credential-filters';
import { CredentialList } from './credential-list';
import { CredentialPanel } from './credential-panel';
import { providers } from './credential-words';
import { NoCredentials } from './no-credentials';
import { ProviderStrip } from './provider-strip';

const NewSessionDialog = dynamic(() => import('./new-session-dialog').then((module) => module.NewSessionDialog), {
  ssr: false,
});

export function CredentialsPage() {
  const { can } = useMe();
  const url = useUrlState();
  const status = statusChoices.find((each) => each === url.get('status')) ?? 'active';
  const provider = providers.find((each) => each === url.get('provider'));
  const q = url.get('q')?.slice(0, 200);
  const openId = url.get('session')?.slice(0, 64);
  const filter = useMemo(() => filterOf(status, provider, q), [status, provider, q]);
  const query = credentialsQuery(filter);
  const list = useInfiniteQuery(query);
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  useTrimmedHead(query, rows.length);
  const columns = useTableColumns('credentials', credentialColumns);
  const fewColumns = useTableColumns('credentials-beside', columnsBesidePanel);
  const [creating, setCreating] = useState(false);
  const open = (id: string | undefined) => url.set({ session: id });
  const step = (by: 1 | -1) => {
    const next = rows[rows.findIndex(({ id }) => id === openId) + by];
    if (openId && next) open(next.id);
  };
  useHotkeys({ j: () => step(1), k: () => step(-1), escape: () => openId && open(undefined) });
  const create = can('runs.control') && (
    <Button tone="primary" onClick={() => setCreating(true)}>
      <Icon of={Plus} size={14} /> New session
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Credentials"
        summary={list.data && summaryWords(status, rows.length, list.hasNextPage)}
        actions={rows.length > 0 && create}
      />
      <ProviderStrip />
      <div className="flex min-h-[46px] flex-wrap items-center gap-2 pt-2.5 pb-2">
        <CredentialFilters status={status} provider={provider} q={q} onChange={url.set} />
        {!openId && (
          <div className="ml-auto">
            <ColumnsMenu columns={columns} />
          </div>
        )}
      </div>
      <div className={cn('grid gap-4', openId && 'lg:grid-cols-[minmax(0,1fr)_minmax(360px,440px)]')}>
        <div className="min-w-0">
          {list.isPending && <SkeletonRows label="Loading cloud sessions" />}
          {list.isError && !list.data && (
            <ErrorState
              title="The sessions could not be loaded"
              error={list.error}
              onRetry={() => void list.refetch()}
            />
          )}
          {list.data && rows.length === 0 && (
            <NoCredentials
              status={status}
              filtered={!!(provider || q)}
              onClear={() => url.set({ provider: undefined, q: undefined })}
              onAll={() => url.set({ status: 'all' })}
              create={create}
            />
          )}
          {rows.length > 0 && (
            <CredentialList
              label="Cloud sessions"
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
      {creating && <NewSessionDialog onClose={() => setCreating(false)} onOpened={open} />}
    </>
  );
}

function filterOf(
  status: StatusChoice,
  provider: CredentialsFilter['provider'],
  q: string | undefined,
): CredentialsFilter {
  return { ...(status !== 'all' && { status }), ...(provider && { provider }), ...(q && { q }) };
}

function summaryWords(status: StatusChoice, shown: number, more: boolean): string {
  return `${formatCount(shown)}${more ? '+' : ''} ${status === 'all' ? 'shown' : status}`;
}
