'use client';

import { Download } from 'lucide-react';
import { routeUrl } from '@/components/api/client';
import type { AuditFilter } from '@/components/api/queries';
import { Button } from '@/components/ui/button';
import { downloadUrl } from '@/components/ui/download-url';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { MenuItem, MenuLabel } from '@/components/ui/menu-items';

/** The browser saves the stream to disk as it comes, however long the record is. */
export function ExportMenu({ filter }: { filter: AuditFilter }) {
  const save = (format: 'jsonl' | 'csv') => () =>
    downloadUrl(routeUrl('audit.export', { query: { ...filter, format } }));
  return (
    <DropdownMenu
      trigger={
        <Button>
          <Icon of={Download} size={14} /> Export
        </Button>
      }
    >
      <MenuLabel>{Object.keys(filter).length > 0 ? 'Every row that fits the filters' : 'The whole record'}</MenuLabel>
      <MenuItem onSelect={save('jsonl')}>JSON lines</MenuItem>
      <MenuItem onSelect={save('csv')}>CSV for a spreadsheet</MenuItem>
    </DropdownMenu>
  );
}
