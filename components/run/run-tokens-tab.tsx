'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { rowsOf, tokensQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { tokenColumns } from '@/components/tokens/token-columns';
import { TokenCompact } from '@/components/tokens/token-compact';
import { Button } from '@/components/ui/button';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import type { ToolToken } from '@/lib/contracts/tokens';

const TokenRevokeDialog = dynamic(
  () => import('@/components/tokens/token-revoke-dialog').then((module) => module.TokenRevokeDialog),
  { ssr: false },
);
const MintTokenDialog = dynamic(() => import('./mint-token-dialog').then((module) => module.MintTokenDialog), {
  ssr: false,
});

const columnsHere = tokenColumns.filter((column) => column.id !== 'run' && column.id !== 'project');

export function RunTokensTab({ run }: { run: Run }) {
  const { can } = useMe();
  const canRevoke = can('runs.control');
  const canMint = canRevoke && run.kind === 'external' && isLiveRun(run.status);
  const filter = useMemo(() => ({ runId: run.id }), [run.id]);
  const list = useInfiniteQuery(tokensQuery(filter));
  const rows = rowsOf(list.data);
  const columns = useTableColumns('run-tokens', columnsHere);
  const [revoking, setRevoking] = useState<ToolToken | null>(null);
  const [minting, setMinting] = useState(false);
  const mintButton = canMint && (
    <Button onClick={() => setMinting(true)}>
      <Icon of={Plus} /> Mint a token
    </Button>
  );
  return (
    <section aria-label="Tokens">
      {rows.length > 0 && mintButton && <div className="flex justify-end pb-2">{mintButton}</div>}
      {list.isPending && <SkeletonRows label="Loading tokens" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="The tokens could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={KeyRound} title="This run has no token" action={mintButton || undefined}>
          {canMint
            ? 'Its agent needs one to call tools. The token is shown once.'
            : 'Without one nothing it does passes the gate.'}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Tokens of the run"
          columns={columns}
          rows={rows}
          rowId={(token) => token.id}
          rowName={(token) => token.id}
          compact={(token) => <TokenCompact token={token} />}
          actionsWidth={84}
          actions={(token) =>
            canRevoke &&
            token.status === 'active' && (
              <Button
                tone="stop-outline"
                size="small"
                aria-label={`Revoke ${token.id}`}
                onClick={() => setRevoking(token)}
              >
                Revoke
              </Button>
            )
          }
        />
      )}
      <LoadMore list={list} />
      {revoking && <TokenRevokeDialog tokens={[revoking]} onClose={() => setRevoking(null)} />}
      {minting && <MintTokenDialog run={run} onClose={() => setMinting(false)} />}
    </section>
  );
}
