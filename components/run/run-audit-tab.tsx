'use client';

import Link from 'next/link';
import { useMemo } from 'react';
import { AuditList } from '@/components/audit/audit-list';

export function RunAuditTab({ runId }: { runId: string }) {
  const filter = useMemo(() => ({ target: runId }), [runId]);
  return (
    <section aria-label="Audit">
      <AuditList
        filter={filter}
        table="run-audit"
        without={['target']}
        empty="Nothing is on the record about this run yet."
      />
      <p className="pt-3 text-muted">
        What this run itself did is under{' '}
        <Link href={`/audit?actor=run:${runId}`} className="text-info underline">
          its own name
        </Link>
        .
      </p>
    </section>
  );
}
