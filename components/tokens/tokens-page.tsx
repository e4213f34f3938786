'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Download, KeyRound } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { navCountsQuery, rowsOf, type TokensFilter, tokensQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { Button, buttonStyles } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { MenuChip, TextChip } from '@/components/ui/filter-chip';
import { formatCount, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { LoadMore } from '@/components/ui/load-more';
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import { PageHeader } from '@/components/ui/page-header';
import { SelectionBar } from '@/components/ui/selection-bar';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { exportTable } from '@/components/ui/table-csv';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useSelection } from '@/components/ui/use-selection';
import { useUrlState } from '@/components/ui/use-url-state';
import type { TokenStatus, ToolToken } from '@/lib/contracts/tokens';
import { tokenColumns } from './token-columns';
import { TokenCompact } from './token-compact';

const TokenRevokeDialog = dynamic(() => import('./token-revoke-dialog').then((module) => module.TokenRevokeDialog), {
  ssr: false,
});

const statuses: readonly TokenStatus[] = ['active', 'expired', 'revoked'];

export function TokensPage() {
  const url = useUrlState();
  const { can } = useMe();
  const canRevoke = can('runs.control');
  const status = statuses.find((each) => each === url.get('status'));
  const runId = url.get('run')?.slice(0, 64);
  const filter = useMemo<TokensFilter>(() => ({ ...(status && { status }), ...(runId && { runId }) }), [status, runId]);
  const list = useInfiniteQuery(tokensQuery(filter));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const columns = useTableColumns('tokens', tokenColumns);
  const rowIds = useMemo(() => rows.map((token) => token.id), [rows]);
  const selection = useSelection(rowIds);
  const selected = rows.filter((token) => selection.has(token.id));
  const live = selected.filter((token) => token.status === 'active');
  const [revoking, setRevoking] = useState<readonly ToolToken[] | null>(null);
  const revokeSelected = () => {
    if (canRevoke && live.length > 0) setRevoking(live);
  };
  useHotkeys({ escape: selection.clear, 'shift+r': revokeSelected });
  const exportTokens = (tokens: readonly ToolToken[]) => exportTable('tokens.csv', columns.shown, tokens);

  return (
    <>
      <PageHeader
        title="Tokens"
        summary={<Summary shown={rows.length} more={list.hasNextPage} loading={list.isPending} />}
      />
      <div className="flex flex-wrap items-center gap-2 pt-2.5 pb-2">
        <MenuChip label="Status" value={status} onClear={() => url.set({ status: undefined })}>
          <MenuRadioGroup value={status ?? ''} onChange={(next) => url.set({ status: next })}>
            {statuses.map((each) => (
              <MenuRadioItem key={each} value={each}>
                {each}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
        </MenuChip>
        <TextChip label="Run" value={runId} placeholder="run id" search onChange={(run) => url.set({ run })} />
        <div className="ml-auto">
          <ColumnsMenu columns={columns} />
        </div>
      </div>
      {list.isPending && <SkeletonRows label="Loading tokens" />}
      {list.isError && !list.data && (
        <ErrorState title="The tokens could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && <NoTokens filtered={url.search !== ''} onClear={() => url.go('')} />}
      {rows.length > 0 && (
        <DataTable
          label="Tokens"
          columns={columns}
          rows={rows}
          rowId={(token) => token.id}
          rowName={(token) => token.id}
          selection={selection}
          selectedClassName={canRevoke ? 'bg-stop-ground/60 hover:bg-stop-ground/60' : undefined}
          compact={(token) => <TokenCompact token={token} />}
          actionsWidth={84}
          actions={(token) =>
            canRevoke &&
            token.status === 'active' && (
              <Button
                tone="stop-outline"
                size="small"
                aria-label={`Revoke ${token.id}`}
                onClick={() => setRevoking([token])}
                className="md:opacity-0 md:focus-visible:opacity-100 md:group-focus-within/row:opacity-100 md:group-hover/row:opacity-100"
              >
                Revoke
              </Button>
            )
          }
        />
      )}
      <LoadMore list={list} />
      <SelectionBar
        count={selected.length}
        onClear={selection.clear}
        consequence={canRevoke && (live.length > 0 ? `ends ${plural(live.length, 'token')}` : 'all of them have ended')}
      >
        <Button onClick={() => exportTokens(selected)}>
          <Icon of={Download} size={14} /> Export
        </Button>
        {canRevoke && live.length > 0 && (
          <Button tone="stop" onClick={revokeSelected} className="max-md:ml-auto">
            Revoke {plural(live.length, 'token')} <Kbd>⇧R</Kbd>
          </Button>
        )}
      </SelectionBar>
      {revoking && <TokenRevokeDialog tokens={revoking} onClose={() => setRevoking(null)} onDone={selection.clear} />}
    </>
  );
}

function Summary({ shown, more, loading }: { shown: number; more: boolean; loading: boolean }) {
  const { data } = useQuery(navCountsQuery());
  const words = [
    data ? `${formatCount(data.liveTokens)} live` : '',
    loading ? '' : `${formatCount(shown)}${more ? '+' : ''} shown`,
  ];
  return <>{words.filter(Boolean).join(', ')}</>;
}

function NoTokens({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={KeyRound}
        title="No token fits these filters"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={KeyRound}
      title="No tokens yet"
      action={
        <Link href="/runs" className={buttonStyles()}>
          Go to the runs
        </Link>
      }
    >
      Each run gets a tool token of its own. It works while the run lives and ends with it.
    </EmptyState>
  );
}
