'use client';

import { Lock } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { TierBadge } from '@/components/plugins/tier-badge';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { CopyId } from '@/components/ui/copy-button';
import { formatCommand } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { printable } from '@/components/ui/printable';
import { RunStatusDot } from '@/components/ui/status-dot';
import { ExactTime, RelativeTime } from '@/components/ui/time';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { BudgetMeter, TimeMeter } from './run-meters';

interface RunHeaderProps {
  run: Run;
  watching: number;
  canRevoke: boolean;
  onRevoke: () => void;
  /** Locks the user the run is for; absent for those who may not. */
  onLock: (() => void) | undefined;
}

export function RunHeader({ run, watching, canRevoke, onRevoke, onLock }: RunHeaderProps) {
  const live = isLiveRun(run.status);
  return (
    <header className="flex flex-col gap-1">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
        <h1 className="min-w-0 break-words font-semibold text-title">{run.title}</h1>
        <RunStatusDot status={run.status} />
        <CopyId id={run.id} />
        <div className="ml-auto flex items-center gap-3 max-md:hidden">
          <Watching count={watching} />
          {onLock && (
            <Button onClick={onLock}>
              <Icon of={Lock} size={14} /> Lock user
            </Button>
          )}
          {canRevoke && (
            <Button tone="stop" aria-keyshortcuts="Shift+R" onClick={onRevoke}>
              Revoke <Kbd>⇧R</Kbd>
            </Button>
          )}
        </div>
      </div>
      <dl className="flex flex-wrap items-center gap-x-5 gap-y-1 text-muted">
        <Fact term="for">
          <span className="font-medium text-text">{run.principal.userId}</span>{' '}
          {run.principal.platform !== 'console' && `on ${run.principal.platform}`}
        </Fact>
        {run.pluginId && (
          <Fact term="plugin">
            <Link
              prefetch={false}
              href={`/plugins/${encodeURIComponent(run.pluginId)}`}
              className="font-medium text-text hover:underline"
            >
              {printable(run.pluginId)}
            </Link>{' '}
            {run.plugin && (
              <>
                {printable(run.plugin.version)} <TierBadge tier={run.plugin.tier} />
              </>
            )}
          </Fact>
        )}
        {run.connectors && (
          <Fact term="connectors">
            <span className="text-text">{run.connectors.length === 0 ? 'none' : run.connectors.join(', ')}</span>
          </Fact>
        )}
        <Fact term="project">
          <span className="text-text">{run.projectId}</span>
        </Fact>
        {run.command && (
          <Fact term="command">
            <code className="block max-w-[36ch] truncate" title={commandTitle(run)}>
              {formatCommand(run.command)}
            </code>
          </Fact>
        )}
        <Fact term="started">
          <ExactTime at={run.startedAt} />, <RelativeTime at={run.startedAt} className="text-text" /> by {run.startedBy}
        </Fact>
        {live && <TimeMeter run={run} />}
        {run.budget && <BudgetMeter budget={run.budget} />}
        {ownTags(run).map(([name, value]) => (
          <Badge key={name} title="Tag">
            {name}: {value}
          </Badge>
        ))}
      </dl>
    </header>
  );
}

/** On a phone the same two things lie above the bottom bar, within thumb's reach. */
export function RevokeBar({ watching, onRevoke, onLock }: Pick<RunHeaderProps, 'watching' | 'onRevoke' | 'onLock'>) {
  return (
    <>
      <div aria-hidden="true" className="h-12 shrink-0 md:hidden" />
      <div className="fixed inset-x-0 bottom-[calc(56px+env(safe-area-inset-bottom))] z-20 flex items-center justify-between border-line border-t bg-bg px-4 py-2 md:hidden">
        <Watching count={watching} />
        <div className="ml-auto flex items-center gap-2">
          {onLock && (
            <Button onClick={onLock}>
              <Icon of={Lock} size={14} /> Lock user
            </Button>
          )}
          <Button tone="stop" onClick={onRevoke}>
            Revoke
          </Button>
        </div>
      </div>
    </>
  );
}

function Watching({ count }: { count: number }) {
  return count > 0 ? <span className="text-muted">{count} watching</span> : null;
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-1">
      <dt>{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** What the relay tags its runs with is said under Session, in words. */
function ownTags({ kind, tags }: Run): [string, string][] {
  return Object.entries(tags).filter(([name]) => kind !== 'relay' || !name.startsWith('relay.'));
}

function commandTitle(run: Run): string {
  const command = formatCommand(run.command ?? []);
  return run.cwd ? `${command}\nin ${run.cwd}` : command;
}
