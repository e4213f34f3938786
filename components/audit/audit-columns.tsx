import { ChevronDown, ChevronRight } from 'lucide-react';
import { cn } from '@/components/ui/cn';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { ExactTime } from '@/components/ui/time';
import type { AuditRow } from '@/lib/contracts/audit';
import { actorWords, dataWords, isId, type Names, outcomeTones, targetWords } from './audit-words';
import { FilterLink, type OnFilter } from './filter-link';

export type AuditColumnId = 'seq' | 'at' | 'actor' | 'action' | 'target' | 'outcome' | 'data';

interface AuditColumnsOptions {
  names: Names;
  isOpen: (row: AuditRow) => boolean;
  onToggle: (row: AuditRow) => void;
  onFilter: OnFilter | undefined;
}

export function auditColumns(options: AuditColumnsOptions): readonly (Column<AuditRow> & { id: AuditColumnId })[] {
  const { names, isOpen, onToggle, onFilter } = options;
  return [
    {
      id: 'seq',
      header: 'Row',
      width: 104,
      cell: (row) => (
        <button
          type="button"
          aria-expanded={isOpen(row)}
          aria-label={`Row ${row.seq}, details`}
          onClick={() => onToggle(row)}
          className="-ml-1 flex items-center gap-1.5 rounded-sm px-1 font-mono text-hint text-muted hover:text-text"
        >
          <Icon of={isOpen(row) ? ChevronDown : ChevronRight} size={13} className="shrink-0" />
          {formatCount(row.seq)}
        </button>
      ),
      csv: (row) => row.seq,
    },
    {
      id: 'at',
      header: 'Time',
      width: 192,
      cell: (row) => <ExactTime at={row.at} precise className="font-mono text-hint text-muted" />,
      csv: (row) => row.at,
    },
    {
      id: 'actor',
      header: 'Actor',
      width: 164,
      cell: (row) => (
        <FilterLink
          field="actor"
          value={row.actor}
          title={`${printable(row.actor)}: everything it did`}
          onFilter={onFilter}
          className="hover:underline"
        >
          {actorWords(row.actor, names)}
        </FilterLink>
      ),
      csv: (row) => row.actor,
    },
    {
      id: 'action',
      header: 'Action',
      width: 160,
      cell: (row) => (
        <FilterLink
          field="action"
          value={row.action}
          title={`Every ${row.action}`}
          onFilter={onFilter}
          className="font-medium hover:underline"
        >
          {printable(row.action)}
        </FilterLink>
      ),
      csv: (row) => row.action,
    },
    {
      id: 'target',
      header: 'Target',
      width: 168,
      cell: (row) => (
        <FilterLink
          field="target"
          value={row.target}
          title={`${printable(row.target)}: everything about it`}
          onFilter={onFilter}
          className={cn('hover:underline', isId(row.target) && !names.has(row.target) && 'font-mono text-hint')}
        >
          {targetWords(row.target, names)}
        </FilterLink>
      ),
      csv: (row) => row.target,
    },
    {
      id: 'outcome',
      header: 'Outcome',
      width: 96,
      hideable: true,
      cell: (row) => <StatusDot tone={outcomeTones[row.outcome]}>{row.outcome}</StatusDot>,
      csv: (row) => row.outcome,
    },
    {
      id: 'data',
      header: 'Data',
      hideable: true,
      wideOnly: true,
      cell: (row) => <span className="text-muted">{dataWords(row)}</span>,
      csv: (row) => JSON.stringify(row.data),
    },
  ];
}
