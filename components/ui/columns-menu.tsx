'use client';

import { Columns3 } from 'lucide-react';
import { DropdownMenu } from './dropdown-menu';
import { Icon } from './icon';
import { IconButton } from './icon-button';
import { MenuCheckItem, MenuItem, MenuLabel, MenuSeparator } from './menu-items';
import type { TableColumns } from './table-columns';

/** Shows and hides columns. Not offered on a phone, where a row has no columns. */
export function ColumnsMenu<T>({ columns }: { columns: TableColumns<T> }) {
  return (
    <DropdownMenu
      trigger={
        <IconButton label="Columns" className="max-md:hidden">
          <Icon of={Columns3} />
        </IconButton>
      }
    >
      <MenuLabel>Columns</MenuLabel>
      {columns.all
        .filter((column) => column.hideable)
        .map((column) => (
          <MenuCheckItem
            key={column.id}
            checked={!columns.isHidden(column)}
            onCheckedChange={() => columns.toggle(column)}
          >
            {column.header}
          </MenuCheckItem>
        ))}
      <MenuSeparator />
      <MenuItem onSelect={columns.reset}>Reset columns</MenuItem>
    </DropdownMenu>
  );
}
