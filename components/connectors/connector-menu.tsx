'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { patchConnector } from '@/components/live/patch-trust';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { Connector } from '@/lib/contracts/connectors';

const EditConnectorDialog = dynamic(
  () => import('./edit-connector-dialog').then((module) => module.EditConnectorDialog),
  { ssr: false },
);

/** What an admin may do to a connector. */
export function ConnectorMenu({ connector }: { connector: Connector }) {
  const client = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const [act, setAct] = useState<'edit' | 'disable' | 'remove' | null>(null);
  const close = () => setAct(null);
  const name = printable(connector.name);
  const bundled = connector.addedBy === 'bundled';
  async function setEnabled(enabled: boolean) {
    const changed = await callRoute('connectors.update', { params: { id: connector.id }, body: { enabled } });
    patchConnector(client, changed.id, changed);
    toast.show(`${name} is ${enabled ? 'enabled' : 'disabled'}.`);
  }
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton label={`Change ${name}`}>
            <Icon of={Ellipsis} />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setAct('edit')}>{bundled ? 'Change its limits…' : 'Edit…'}</MenuItem>
        {connector.enabled ? (
          <MenuItem onSelect={() => setAct('disable')}>Disable…</MenuItem>
        ) : (
          <MenuItem
            onSelect={() =>
              void setEnabled(true).catch((error: unknown) => toast.showError(`${name} was not enabled.`, error))
            }
          >
            Enable
          </MenuItem>
        )}
        {!bundled && (
          <>
            <MenuSeparator />
            <MenuItem tone="stop" onSelect={() => setAct('remove')}>
              Remove…
            </MenuItem>
          </>
        )}
      </DropdownMenu>
      {act === 'edit' && <EditConnectorDialog connector={connector} onClose={close} />}
      {act === 'disable' && (
        <ConfirmDialog
          open
          onClose={close}
          title={`Disable ${name}?`}
          action="Disable the connector"
          onConfirm={() => setEnabled(false)}
        >
          {connector.transport.kind === 'builtin'
            ? 'Its calls are refused from now on, and those under way are ended.'
            : 'Its calls are refused from now on and its process is ended.'}{' '}
          Grants stay as they are.
        </ConfirmDialog>
      )}
      {act === 'remove' && (
        <ConfirmDialog
          open
          onClose={close}
          title={`Remove ${name}?`}
          action="Remove the connector"
          onConfirm={async () => {
            await callRoute('connectors.remove', { params: { id: connector.id } });
            toast.show(`Removed ${name}.`);
            router.push('/connectors');
            patchConnector(client, connector.id, null);
          }}
        >
          Its calls are refused from now on, its process is ended and its secrets are forgotten. Grants of{' '}
          <code>connector:{connector.id}</code> stay with the plugins that have them.
        </ConfirmDialog>
      )}
    </>
  );
}
