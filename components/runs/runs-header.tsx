'use client';

import { useQuery } from '@tanstack/react-query';
import { Pause, Play, Plus } from 'lucide-react';
import { navCountsQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { useShell } from '@/components/shell/shell-context';
import { Button } from '@/components/ui/button';
import { formatCount, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { PageHeader } from '@/components/ui/page-header';
import type { useUrlState } from '@/components/ui/use-url-state';
import { SavedViews } from './saved-views';
import type { usePausableRows } from './use-live-list';

interface RunsHeaderProps {
  live: ReturnType<typeof usePausableRows>;
  hasMore: boolean;
  loading: boolean;
  url: ReturnType<typeof useUrlState>;
}

export function RunsHeader({ live, hasMore, loading, url }: RunsHeaderProps) {
  const shell = useShell();
  const { can } = useMe();
  return (
    <PageHeader
      title="Runs"
      summary={<Summary shown={live.rows.length} more={hasMore} loading={loading} />}
      actions={
        <>
          <PauseButton {...live} />
          <SavedViews search={url.search} onPick={url.go} />
          {can('runs.control') && (
            <Button tone="primary" onClick={shell.openNewRun}>
              <Icon of={Plus} size={14} /> New run <Kbd>N</Kbd>
            </Button>
          )}
        </>
      }
    />
  );
}

function Summary({ shown, more, loading }: { shown: number; more: boolean; loading: boolean }) {
  const { data } = useQuery(navCountsQuery());
  const words = [
    data ? `${formatCount(data.liveRuns)} live` : '',
    loading ? '' : `${formatCount(shown)}${more ? '+' : ''} shown`,
  ];
  return <>{words.filter(Boolean).join(', ')}</>;
}

function PauseButton({ paused, waiting, pause, resume }: ReturnType<typeof usePausableRows>) {
  if (!paused) {
    return (
      <Button tone="quiet" onClick={pause}>
        <Icon of={Pause} size={14} /> Pause list
      </Button>
    );
  }
  return (
    <Button tone="plain" onClick={resume} aria-live="polite">
      <Icon of={Play} size={14} /> Resume{waiting > 0 && `, ${plural(waiting, 'change')} waiting`}
    </Button>
  );
}
