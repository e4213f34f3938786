import Link from 'next/link';
import type { ReactNode } from 'react';

export type AuditLinkField = 'actor' | 'action' | 'target';

interface FilterLinkProps {
  field: AuditLinkField;
  value: string;
  title: string;
  /** Narrows the list that is on the page. Without it the link goes to the whole record, filtered by this alone. */
  onFilter: ((changes: { [Field in AuditLinkField]?: string }) => void) | undefined;
  className?: string;
  children: ReactNode;
}

export function FilterLink({ field, value, title, onFilter, className, children }: FilterLinkProps) {
  return (
    <Link
      href={`/audit?${new URLSearchParams({ [field]: value })}`}
      prefetch={false}
      title={title}
      onNavigate={
        onFilter &&
        ((event) => {
          event.preventDefault();
          onFilter({ [field]: value });
        })
      }
      className={className}
    >
      {children}
    </Link>
  );
}
