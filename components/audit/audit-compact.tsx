import { Dot } from '@/components/ui/status-dot';
import { RelativeTime } from '@/components/ui/time';
import type { AuditRow } from '@/lib/contracts/audit';
import { actorWords, type Names, outcomeTones, targetWords } from './audit-words';

/** A row of the record in two lines, for a phone. */
export function AuditCompact({ row, names }: { row: AuditRow; names: Names }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={outcomeTones[row.outcome]} />
        <span className="min-w-0 flex-1 truncate font-medium">{row.action}</span>
        <RelativeTime at={row.at} className="text-muted" />
      </span>
      <span className="truncate pl-[15px] text-muted">
        {row.outcome === 'ok' ? '' : `${row.outcome} · `}
        {actorWords(row.actor, names)} · {targetWords(row.target, names)}
      </span>
    </span>
  );
}
