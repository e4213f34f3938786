'use client';

import { Ellipsis } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCopy } from '@/components/ui/copy-button';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import type { Operator } from '@/lib/contracts/operators';
import type { OperatorAct } from './operator-act-dialog';

interface OperatorMenuProps {
  operator: Operator;
  onAct: (act: OperatorAct) => void;
}

export function OperatorMenu({ operator, onAct }: OperatorMenuProps) {
  const router = useRouter();
  const { copy } = useCopy();
  return (
    <DropdownMenu
      trigger={
        <IconButton label={`Change ${operator.name}`}>
          <Icon of={Ellipsis} />
        </IconButton>
      }
    >
      <MenuItem onSelect={() => onAct({ kind: 'role', operator })}>Change role…</MenuItem>
      <MenuItem onSelect={() => onAct({ kind: 'password', operator })}>Set a new password…</MenuItem>
      <MenuItem onSelect={() => onAct({ kind: 'sign-out', operator })}>Sign out everywhere…</MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => router.push(`/audit?actor=${encodeURIComponent(`operator:${operator.id}`)}`)}>
        What they did
      </MenuItem>
      <MenuItem onSelect={() => copy(operator.id)}>Copy id</MenuItem>
      <MenuSeparator />
      {operator.disabled ? (
        <MenuItem onSelect={() => onAct({ kind: 'enable', operator })}>Enable…</MenuItem>
      ) : (
        <MenuItem tone="stop" onSelect={() => onAct({ kind: 'disable', operator })}>
          Disable…
        </MenuItem>
      )}
    </DropdownMenu>
  );
}
