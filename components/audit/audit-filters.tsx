'use client';

import { Fragment } from 'react';
import type { AuditFilter } from '@/components/api/queries';
import { MenuChip, TextChip } from '@/components/ui/filter-chip';
import { MenuLabel, MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import type { useUrlState } from '@/components/ui/use-url-state';
import { actionGroups, actorWords, outcomes, targetWords } from './audit-words';
import { TimeChip } from './time-chip';
import { useNames } from './use-names';

interface AuditFiltersProps {
  filter: AuditFilter;
  set: ReturnType<typeof useUrlState>['set'];
}

export function AuditFilters({ filter, set }: AuditFiltersProps) {
  const names = useNames();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <MenuChip label="Action" value={filter.action} onClear={() => set({ action: undefined })}>
        <MenuRadioGroup value={filter.action ?? ''} onChange={(action) => set({ action })}>
          {Object.entries(actionGroups).map(([group, actions]) => (
            <Fragment key={group}>
              <MenuLabel>{group}</MenuLabel>
              {actions.map((action) => (
                <MenuRadioItem key={action} value={action}>
                  {action}
                </MenuRadioItem>
              ))}
            </Fragment>
          ))}
        </MenuRadioGroup>
      </MenuChip>
      <MenuChip label="Outcome" value={filter.outcome} onClear={() => set({ outcome: undefined })}>
        <MenuRadioGroup value={filter.outcome ?? ''} onChange={(outcome) => set({ outcome })}>
          {outcomes.map((outcome) => (
            <MenuRadioItem key={outcome} value={outcome}>
              {outcome}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuChip>
      <TimeChip from={filter.from} to={filter.to} onChange={set} />
      <TextChip
        label="Actor"
        value={filter.actor}
        words={filter.actor && actorWords(filter.actor, names)}
        placeholder="operator:op_…"
        onChange={(actor) => set({ actor })}
      />
      <TextChip
        label="Target"
        value={filter.target}
        words={filter.target && targetWords(filter.target, names)}
        placeholder="run_…"
        onChange={(target) => set({ target })}
      />
      <TextChip label="Text" value={filter.q} placeholder="anything in a row" search onChange={(q) => set({ q })} />
    </div>
  );
}
