import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  /** Counts or a sentence beside the title. */
  summary?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, summary, actions }: PageHeaderProps) {
  return (
    <header className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="font-semibold text-title">{title}</h1>
      {summary && <div className="text-muted">{summary}</div>}
      {actions && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
