'use client';

import { Command } from 'cmdk';
import { Settings } from 'lucide-react';
import { useMe } from '@/components/api/use-me';
import { sectionsFor } from '@/components/settings/sections';
import { Icon } from '@/components/ui/icon';
import { groupStyles, itemStyles } from './palette-styles';

/** The pages of the settings that this operator may open. */
export function PaletteSettings({ onPick }: { onPick: (href: string) => void }) {
  const { me } = useMe();
  if (!me) return null;
  return (
    <Command.Group heading="Settings" className={groupStyles}>
      {sectionsFor(me.operator.role).map((section) => (
        <Command.Item
          key={section.id}
          value={`settings ${section.label}`}
          onSelect={() => onPick(section.href)}
          className={itemStyles}
        >
          <Icon of={Settings} className="text-muted" />
          <span className="flex-1">{section.label}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
