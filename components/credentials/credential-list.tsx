'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { DataTable } from '@/components/ui/data-table';
import type { TableColumns } from '@/components/ui/table-columns';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { CredentialCompact } from './credential-compact';
import { principalWords, providerNames } from './credential-words';

const RevokeDialog = dynamic(
  () => import('./revoke-credential-dialog').then((module) => module.RevokeCredentialDialog),
  { ssr: false },
);

interface CredentialListProps {
  label: string;
  rows: readonly CredentialSession[];
  columns: TableColumns<CredentialSession>;
  openId: string | undefined;
  onOpen: (id: string | undefined) => void;
}

export function CredentialList({ label, rows, columns, openId, onOpen }: CredentialListProps) {
  const { can } = useMe();
  const canRevoke = can('runs.control');
  const [revoking, setRevoking] = useState<CredentialSession | null>(null);
  return (
    <>
      <DataTable
        label={label}
        columns={columns}
        rows={rows}
        rowId={(session) => session.id}
        rowName={nameOf}
        rowClassName={(session) => (session.id === openId ? 'bg-sunk' : undefined)}
        onOpen={(session) => onOpen(session.id === openId ? undefined : session.id)}
        compact={(session) => <CredentialCompact session={session} />}
        actionsWidth={80}
        actions={(session) =>
          canRevoke &&
          session.status === 'active' && (
            <Button
              tone="stop-outline"
              size="small"
              aria-label={`Revoke ${nameOf(session)}`}
              onClick={() => setRevoking(session)}
              className="md:opacity-0 md:focus-visible:opacity-100 md:group-focus-within/row:opacity-100 md:group-hover/row:opacity-100"
            >
              Revoke
            </Button>
          )
        }
      />
      {revoking && <RevokeDialog session={revoking} atProvider={false} onClose={() => setRevoking(null)} />}
    </>
  );
}

function nameOf({ provider, principalId }: CredentialSession): string {
  return `${providerNames[provider]} ${principalWords(principalId).name}`;
}
