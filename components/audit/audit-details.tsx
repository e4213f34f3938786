import Link from 'next/link';
import type { ReactNode } from 'react';
import { CopyButton, CopyId } from '@/components/ui/copy-button';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import type { AuditRow } from '@/lib/contracts/audit';
import { rowHref, targetHref } from './audit-words';
import { FilterLink, type OnFilter } from './filter-link';
import { WholeHash } from './whole-hash';

/** One row of the record, whole: its data, and the two hashes that tie it to the row before. */
export function AuditDetails({ row, onFilter }: { row: AuditRow; onFilter: OnFilter | undefined }) {
  const link = { onFilter, className: 'text-info hover:underline' };
  const href = targetHref(row.target, row.action);
  return (
    <section aria-label={`Row ${row.seq}`} className="flex flex-col gap-3 whitespace-normal">
      <dl className="flex flex-col gap-1">
        <Entry term="Time">
          <ExactTime at={row.at} precise date="always" />{' '}
          <span className="text-muted">({row.at.replace('T', ' ').replace('Z', ' UTC')})</span>
        </Entry>
        <Entry term="Actor">
          <CopyId id={printable(row.actor)} full />
          <FilterLink field="actor" value={row.actor} title="Every row of this actor" {...link}>
            All it did
          </FilterLink>
        </Entry>
        <Entry term="Target">
          <CopyId id={printable(row.target)} full />
          <FilterLink field="target" value={row.target} title="Every row about this target" {...link}>
            All about it
          </FilterLink>
          {href && (
            <Link href={href} prefetch={false} className="text-info hover:underline">
              Open
            </Link>
          )}
        </Entry>
        <Entry term="Previous hash">
          <WholeHash hash={row.prevHash} />
        </Entry>
        <Entry term="Hash">
          <WholeHash hash={row.hash} />
        </Entry>
      </dl>
      <pre className="max-h-80 min-w-0 overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-panel p-2.5">
        {printable(JSON.stringify(row.data, null, 2), { keepNewlines: true })}
      </pre>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={JSON.stringify(row, null, 2)} label="Copy row" />
        <CopyButton text={`${location.origin}${rowHref(row)}`} label="Copy link" />
      </div>
    </section>
  );
}

function Entry({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-4">
      <dt className="w-28 shrink-0 text-muted">{term}</dt>
      <dd className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 max-md:basis-full">{children}</dd>
    </div>
  );
}
