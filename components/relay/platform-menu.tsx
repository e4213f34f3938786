'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { relayKeys } from '@/components/api/relay-queries';
import { patchPlatform } from '@/components/live/patch-relay';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { RelayPlatform } from '@/lib/contracts/relay-platforms';

/** What an admin may do to a platform. */
export function PlatformMenu({ platform }: { platform: RelayPlatform }) {
  const client = useQueryClient();
  const toast = useToast();
  const [act, setAct] = useState<'disable' | 'remove' | null>(null);
  const close = () => setAct(null);
  const name = printable(platform.label);
  const id = platform.id;
  async function setEnabled(enabled: boolean) {
    await callRoute('relayPlatforms.update', { params: { id }, body: { enabled } });
    // It may have connected before that answer came: what it is now is asked for.
    void client.invalidateQueries({ queryKey: relayKeys.platforms });
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
        {platform.status === 'disabled' ? (
          <MenuItem
            onSelect={() =>
              void setEnabled(true).catch((error: unknown) => toast.showError(`${name} was not enabled.`, error))
            }
          >
            Enable
          </MenuItem>
        ) : (
          <MenuItem onSelect={() => setAct('disable')}>Disable…</MenuItem>
        )}
        <MenuSeparator />
        <MenuItem tone="stop" onSelect={() => setAct('remove')}>
          Remove…
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={act === 'disable'}
        onClose={close}
        title={`Disable ${name}?`}
        action="Disable the platform"
        onConfirm={() => setEnabled(false)}
      >
        Nothing its users write comes in any more, and what gateways send there is refused. Bindings stay as they are.
      </ConfirmDialog>
      <ConfirmDialog
        open={act === 'remove'}
        onClose={close}
        title={`Remove ${name}?`}
        action="Remove the platform"
        onConfirm={async () => {
          await callRoute('relayPlatforms.remove', { params: { id } });
          patchPlatform(client, id, null);
          toast.show(`Removed ${name}.`);
        }}
      >
        Nothing its users write comes in any more, what gateways send there is refused, and its secrets are forgotten.
        Bindings of its users stay, and hold again if a platform of this name is added.
      </ConfirmDialog>
    </>
  );
}
