'use client';

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { KeySquare, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { queryKeys, rowsOf, serviceKeysQuery } from '@/components/api/queries';
import { useLiveEvents } from '@/components/live/live-provider';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useToast } from '@/components/ui/toast';
import type { ServiceKey } from '@/lib/contracts/operators';
import { AdminsOnly } from './admins-only';
import { Section } from './section';
import { serviceKeyColumns } from './service-key-columns';
import { ServiceKeyCompact } from './service-key-compact';

const NewKeyDialog = dynamic(() => import('./new-key-dialog').then((module) => module.NewKeyDialog), { ssr: false });

export function ServiceKeysPage() {
  return (
    <AdminsOnly what="the service keys">
      <ServiceKeys />
    </AdminsOnly>
  );
}

function ServiceKeys() {
  const client = useQueryClient();
  const list = useInfiniteQuery(serviceKeysQuery());
  const rows = rowsOf(list.data);
  const columns = useTableColumns('service-keys', serviceKeyColumns);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ServiceKey | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: queryKeys.serviceKeys });
  useLiveEvents((event) => {
    if (event.type === 'audit.appended' && event.data.action.startsWith('service_key.')) void reload();
  });
  const create = (
    <Button tone="primary" onClick={() => setCreating(true)}>
      <Icon of={Plus} size={14} /> New service key
    </Button>
  );
  return (
    <Section
      title="Service keys"
      about="For programs that call Gatehouse: orchestrators, tool servers, the command line. A key may do what its scopes say and nothing else."
      actions={rows.length > 0 && create}
    >
      {list.isPending && <SkeletonRows label="Loading service keys" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="The keys could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={KeySquare} title="No service keys yet" action={create}>
          The key in <code>GATEHOUSE_SERVICE_KEY</code>, where the server was given one, is not listed: it belongs to
          the server's environment.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Service keys"
          columns={columns}
          rows={rows}
          rowId={(key) => key.id}
          rowName={(key) => key.name}
          compact={(key) => <ServiceKeyCompact serviceKey={key} />}
          actionsWidth={84}
          actions={(key) => (
            <Button
              tone="stop-outline"
              size="small"
              aria-label={`Revoke ${key.name}`}
              onClick={() => setRevoking(key)}
              className="md:opacity-0 md:focus-visible:opacity-100 md:group-focus-within/row:opacity-100 md:group-hover/row:opacity-100"
            >
              Revoke
            </Button>
          )}
        />
      )}
      <LoadMore list={list} />
      {creating && <NewKeyDialog onClose={() => setCreating(false)} onCreated={() => void reload()} />}
      {revoking && <RevokeKeyDialog serviceKey={revoking} onClose={() => setRevoking(null)} onRevoked={reload} />}
    </Section>
  );
}

interface RevokeKeyDialogProps {
  serviceKey: ServiceKey;
  onClose: () => void;
  onRevoked: () => Promise<void>;
}
function RevokeKeyDialog({ serviceKey, onClose, onRevoked }: RevokeKeyDialogProps) {
  const toast = useToast();
  async function revoke() {
    await callRoute('serviceKeys.revoke', { params: { id: serviceKey.id } });
    toast.show(`Revoked ${serviceKey.name}.`);
    await onRevoked();
  }
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke ${serviceKey.name}?`}
      action="Revoke the key"
      onConfirm={revoke}
    >
      Whatever uses it is refused at its next call, and its open sockets close. Runs it started go on. It cannot be
      undone.
    </ConfirmDialog>
  );
}
