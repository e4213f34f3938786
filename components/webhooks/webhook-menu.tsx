'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { upsert } from '@/components/live/patch-trust';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { Webhook } from '@/lib/contracts/webhooks';
import { deliveryWords } from './webhook-words';

interface WebhookMenuProps {
  webhook: Webhook;
  onRemove: () => void;
  /** Its deliveries have something new to show. */
  onTested: () => void;
}

export function WebhookMenu({ webhook, onRemove, onTested }: WebhookMenuProps) {
  const client = useQueryClient();
  const toast = useToast();
  const name = printable(webhook.name);
  async function test() {
    try {
      const delivery = await callRoute('webhooks.test', { params: { id: webhook.id } });
      if (delivery.status === 'delivered') toast.show(`${name} took the test message.`);
      else toast.show(`The test message to ${name} is ${delivery.status}: ${printable(deliveryWords(delivery))}.`);
      onTested();
    } catch (error) {
      toast.showError(`The test message to ${name} was not sent.`, error);
    }
    await client.invalidateQueries({ queryKey: queryKeys.webhooks });
  }
  async function setEnabled(enabled: boolean) {
    try {
      const changed = await callRoute('webhooks.update', { params: { id: webhook.id }, body: { enabled } });
      client.setQueryData<Webhook[]>(queryKeys.webhooks, (list) => list && upsert(list, changed.id, changed));
      toast.show(`${name} is ${enabled ? 'enabled' : 'disabled'}.`);
    } catch (error) {
      toast.showError(`${name} was not changed.`, error);
    }
  }
  return (
    <DropdownMenu
      trigger={
        <IconButton label={`Change ${name}`}>
          <Icon of={Ellipsis} />
        </IconButton>
      }
    >
      <MenuItem onSelect={() => void test()}>Send a test message</MenuItem>
      <MenuItem onSelect={() => void setEnabled(!webhook.enabled)}>{webhook.enabled ? 'Disable' : 'Enable'}</MenuItem>
      <MenuSeparator />
      <MenuItem tone="stop" onSelect={onRemove}>
        Remove…
      </MenuItem>
    </DropdownMenu>
  );
}
