'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Lock as LockIcon, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { locksQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { useNames } from '@/components/audit/use-names';
import { patchLock } from '@/components/live/patch-trust';
import { Section } from '@/components/settings/section';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useToast } from '@/components/ui/toast';
import { useNow } from '@/components/ui/use-now';
import type { Lock } from '@/lib/contracts/locks';
import type { Me } from '@/lib/contracts/operators';
import { LockCompact, lockColumns } from './lock-columns';

const LockDialog = dynamic(() => import('./lock-dialog').then((module) => module.LockDialog), { ssr: false });

export function LocksPage() {
  const { me, can } = useMe();
  const now = useNow();
  const names = useNames();
  const list = useQuery(locksQuery());
  const columns = useTableColumns(
    'locks',
    useMemo(() => lockColumns(names), [names]),
  );
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Lock | null>(null);
  const rows = list.data?.filter(({ expiresAt }) => !expiresAt || now === null || Date.parse(expiresAt) > now) ?? [];
  const canLock = can('runs.control');
  const add = canLock && (
    <Button tone="primary" onClick={() => setAdding(true)}>
      <Icon of={Plus} size={14} /> Lock…
    </Button>
  );
  return (
    <Section
      title="Locks"
      about="A lock is a standing revoke: it ends what is live of its target and refuses what is new, until it ends or is removed."
      actions={rows.length > 0 && add}
    >
      {list.isPending && <SkeletonRows label="Loading locks" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="The locks could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={LockIcon} title="Nothing is locked" action={add}>
          Users, plugins, projects, connectors and operators can be locked.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Locks"
          columns={columns}
          rows={rows}
          rowId={(lock) => lock.id}
          rowName={(lock) => `the lock of ${lock.target.id}`}
          compact={(lock) => <LockCompact lock={lock} names={names} />}
          actionsWidth={92}
          actions={
            canLock
              ? (lock) =>
                  mayRemove(lock, me) && (
                    <Button
                      size="small"
                      aria-label={`Remove the lock of ${printable(lock.target.id)}`}
                      onClick={() => setRemoving(lock)}
                    >
                      Remove…
                    </Button>
                  )
              : undefined
          }
        />
      )}
      {adding && <LockDialog onClose={() => setAdding(false)} />}
      {removing && <RemoveLockDialog lock={removing} onClose={() => setRemoving(null)} />}
    </Section>
  );
}

/** Locks on operators are for admins, and nobody lets themselves out. */
function mayRemove({ target }: Lock, me: Me | undefined): boolean {
  return target.kind !== 'operator' || (me?.operator.role === 'admin' && me.operator.id !== target.id);
}

function RemoveLockDialog({ lock, onClose }: { lock: Lock; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const what = `the ${lock.target.kind} ${printable(lock.target.id)}`;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove the lock of ${what}?`}
      action="Remove the lock"
      onConfirm={async () => {
        await callRoute('locks.remove', { params: { id: lock.id } });
        patchLock(client, lock.id, null);
        toast.show(`Removed the lock of ${what}.`);
      }}
    >
      From then on new runs and calls go through as before. What the lock ended stays ended.
    </ConfirmDialog>
  );
}
