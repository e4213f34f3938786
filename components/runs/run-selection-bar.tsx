'use client';

import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { formatCount, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { SelectionBar } from '@/components/ui/selection-bar';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { impactWords } from './impact';
import { maxRunsPerRevoke } from './limits';
import { useImpact } from './use-impact';

interface RunSelectionBarProps {
  selected: readonly Run[];
  canRevoke: boolean;
  onClear: () => void;
  onExport: () => void;
  onRevoke: () => void;
}

export function RunSelectionBar({ selected, canRevoke, onClear, onExport, onRevoke }: RunSelectionBarProps) {
  const live = selected.filter((run) => isLiveRun(run.status));
  return (
    <SelectionBar
      count={selected.length}
      onClear={onClear}
      consequence={canRevoke && selected.length > 0 && <Consequence live={live} />}
    >
      <Button onClick={onExport}>
        <Icon of={Download} size={14} /> Export
      </Button>
      {canRevoke && live.length > 0 && (
        <Button tone="stop" onClick={onRevoke} disabled={live.length > maxRunsPerRevoke} className="max-md:ml-auto">
          Revoke {live.length === 1 ? 'run' : `${formatCount(live.length)} runs`} <Kbd>⇧R</Kbd>
        </Button>
      )}
    </SelectionBar>
  );
}

function Consequence({ live }: { live: readonly Run[] }) {
  const ids = live.map((run) => run.id);
  const { data, isError } = useImpact(ids);
  if (live.length === 0) return 'all of them have ended';
  if (live.length > maxRunsPerRevoke) return `at most ${formatCount(maxRunsPerRevoke)} runs are revoked at a time`;
  if (isError || !data) return `ends ${plural(live.length, 'run')}`;
  return `ends ${impactWords(data)}`;
}
