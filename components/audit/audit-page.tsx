'use client';

import { ShieldCheck } from 'lucide-react';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { PageHeader } from '@/components/ui/page-header';
import { useAuditFilter } from './audit-filter';
import { AuditFilters } from './audit-filters';
import { AuditList } from './audit-list';
import { ExportMenu } from './export-menu';
import { useVerification } from './use-verification';
import { VerificationPanel } from './verification-panel';

export function AuditPage() {
  const { filter, openRow, url } = useAuditFilter();
  const { can } = useMe();
  const verifying = useVerification();
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHeader
        title="Audit"
        summary="Who did what, and when"
        actions={
          <>
            {can('audit.export') && <ExportMenu filter={filter} />}
            <Button pending={verifying.running} onClick={verifying.start}>
              {!verifying.running && <Icon of={ShieldCheck} size={14} />} Verify
            </Button>
          </>
        }
      />
      <VerificationPanel {...verifying} />
      <div className="pt-2.5 pb-2">
        <AuditFilters filter={filter} set={url.set} />
      </div>
      <AuditList
        filter={filter}
        table="audit"
        openRow={openRow}
        empty={filtered ? 'No row fits these filters' : 'Nothing is on the record yet'}
        onFilter={url.set}
        onClearFilter={filtered ? () => url.go('') : undefined}
      />
    </>
  );
}
