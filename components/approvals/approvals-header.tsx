'use client';

import { MenuChip } from '@/components/ui/filter-chip';
import { formatCount } from '@/components/ui/format';
import { Kbd } from '@/components/ui/kbd';
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import { PageHeader } from '@/components/ui/page-header';
import { Segments } from '@/components/ui/tabs';
import { approvalStatusWords, decidedStatuses } from './approval-words';
import { AttentionMenu } from './attention-menu';
import type { ApprovalView } from './use-approval-view';

interface ApprovalsHeaderProps {
  view: ApprovalView;
  waiting: number | null;
  canDecide: boolean;
}

export function ApprovalsHeader({ view, waiting, canDecide }: ApprovalsHeaderProps) {
  return (
    <PageHeader
      title="Approvals"
      summary={<span role="status">{waiting !== null && waiting > 0 && `${formatCount(waiting)} waiting`}</span>}
      actions={
        <>
          {canDecide && !view.decided && <Keys />}
          {view.decided && (
            <MenuChip
              label="Status"
              value={view.status && approvalStatusWords[view.status]}
              onClear={() => view.setStatus(undefined)}
            >
              <MenuRadioGroup value={view.status ?? ''} onChange={view.setStatus}>
                {decidedStatuses.map((status) => (
                  <MenuRadioItem key={status} value={status}>
                    {approvalStatusWords[status]}
                  </MenuRadioItem>
                ))}
              </MenuRadioGroup>
            </MenuChip>
          )}
          <Segments
            label="Which approvals"
            value={view.decided ? 'decided' : 'waiting'}
            onChange={(next) => view.setDecided(next === 'decided')}
            options={[
              { value: 'waiting', label: 'Waiting' },
              { value: 'decided', label: 'Decided' },
            ]}
          />
          <AttentionMenu />
        </>
      }
    />
  );
}

const keys = [
  { keys: ['J', 'K'], does: 'move' },
  { keys: ['A'], does: 'once' },
  { keys: ['R'], does: 'this run' },
  { keys: ['X'], does: 'deny' },
  { keys: ['E'], does: 'extend' },
];

function Keys() {
  return (
    <p className="mr-2 flex gap-3 text-muted max-lg:hidden">
      {keys.map((each) => (
        <span key={each.does} className="flex items-center gap-1">
          {each.keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
          {each.does}
        </span>
      ))}
    </p>
  );
}
