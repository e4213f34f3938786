'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus, UsersRound } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { type IdentitiesFilter, identitiesQuery } from '@/components/api/identity-queries';
import { rowsOf } from '@/components/api/queries';
import { AdminsOnly } from '@/components/settings/admins-only';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { TextChip } from '@/components/ui/filter-chip';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { PageHeader } from '@/components/ui/page-header';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useUrlState } from '@/components/ui/use-url-state';
import { IdentityCompact, identityColumns } from './identity-columns';
import { identityHref } from './identity-words';

const GrantDialog = dynamic(() => import('./grant-privileges-dialog').then((module) => module.GrantPrivilegesDialog), {
  ssr: false,
});

export function IdentitiesPage() {
  return (
    <AdminsOnly what="the identities">
      <Identities />
    </AdminsOnly>
  );
}

function Identities() {
  const router = useRouter();
  const url = useUrlState();
  const q = url.get('q')?.slice(0, 200);
  const platform = url.get('platform')?.slice(0, 64);
  const filter = useMemo<IdentitiesFilter>(() => ({ ...(q && { q }), ...(platform && { platform }) }), [q, platform]);
  const list = useInfiniteQuery(identitiesQuery(filter));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const columns = useTableColumns('identities', identityColumns);
  const [granting, setGranting] = useState(false);
  const grant = (
    <Button tone="primary" onClick={() => setGranting(true)}>
      <Icon of={Plus} size={14} /> Grant privileges…
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Identities"
        summary={list.data && `${formatCount(rows.length)}${list.hasNextPage ? '+' : ''} shown, the last seen first`}
        actions={grant}
      />
      <div className="flex flex-wrap items-center gap-2 pt-2.5 pb-2">
        <TextChip
          label="User"
          value={q}
          placeholder="part of an id or alias"
          search
          onChange={(next) => url.set({ q: next })}
        />
        <TextChip
          label="Platform"
          value={platform}
          placeholder="such as discord"
          onChange={(next) => url.set({ platform: next })}
        />
        <div className="ml-auto">
          <ColumnsMenu columns={columns} />
        </div>
      </div>
      {list.isPending && <SkeletonRows label="Loading identities" />}
      {list.isError && !list.data && (
        <ErrorState title="The identities could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && <Nobody filtered={!!(q || platform)} onClear={() => url.go('')} />}
      {rows.length > 0 && (
        <DataTable
          label="Identities"
          columns={columns}
          rows={rows}
          rowId={(identity) => `${identity.platform} ${identity.userId}`}
          rowName={(identity) => printable(`${identity.userId} on ${identity.platform}`)}
          onOpen={(identity) => router.push(identityHref(identity))}
          compact={(identity) => <IdentityCompact identity={identity} />}
        />
      )}
      <LoadMore list={list} />
      {granting && (
        <GrantDialog onClose={() => setGranting(false)} onGranted={(who) => router.push(identityHref(who))} />
      )}
    </>
  );
}

function Nobody({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={UsersRound}
        title="Nobody fits these filters"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      />
    );
  }
  return (
    <EmptyState icon={UsersRound} title="Nobody was named yet">
      Whoever a run, a tool-session record or a call is for appears here, with what they hold and what was done for
      them.
    </EmptyState>
  );
}
