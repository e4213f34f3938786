import Link from 'next/link';
import type { ReactNode } from 'react';

type AuditLinkField = 'actor' | 'action' | 'target';
export type OnFilter = (changes: { [Field in AuditLinkField]?: string }) => void;

interface FilterLinkProps {
  field: AuditLinkField;
  value: string;
  title: string;
  /** Narrows the list that is on the page. Without it the link goes to the whole record, filtered by this alone. */
  onFilter: OnFilter | undefined;
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
