import type { ReactNode } from 'react';

interface SectionProps {
  title: string;
  children?: ReactNode;
  /** What the section is about, in a sentence. */
  about: ReactNode;
  actions?: ReactNode;
}

export function Section({ title, about, actions, children }: SectionProps) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="sr-only">{title}</h2>
          <p className="max-w-[96ch] text-muted">{about}</p>
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
