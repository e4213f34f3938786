'use client';

import { Bell, BellRing } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { MenuCheckItem, MenuLabel } from '@/components/ui/menu-items';
import { useToast } from '@/components/ui/toast';
import { useAttentionChoices } from './attention-choices';
import { playAttention } from './attention-sound';

/** How to be called when a call waits and nobody looks. The browser is asked for its leave on this press, never on load. */
export function AttentionMenu() {
  const [choices, store] = useAttentionChoices();
  const toast = useToast();

  async function toggleNotify() {
    if (choices.notify) {
      store({ ...choices, notify: false });
      return;
    }
    const permission = 'Notification' in window ? await Notification.requestPermission() : 'denied';
    if (permission === 'granted') store({ ...choices, notify: true });
    else
      toast.show(
        'This browser shows no notifications for this address. Allow them in its site settings, then turn them on here.',
      );
  }
  function toggleSound() {
    if (!choices.sound) playAttention();
    store({ ...choices, sound: !choices.sound });
  }

  const on = choices.notify || choices.sound;
  return (
    <DropdownMenu
      trigger={
        <Button tone="quiet" size="small">
          <Icon of={on ? BellRing : Bell} size={14} /> Tell me
        </Button>
      }
    >
      <MenuLabel>When a call waits</MenuLabel>
      <MenuCheckItem checked={choices.notify} onCheckedChange={() => void toggleNotify()}>
        Browser notification
      </MenuCheckItem>
      <MenuCheckItem checked={choices.sound} onCheckedChange={toggleSound}>
        Sound
      </MenuCheckItem>
    </DropdownMenu>
  );
}
