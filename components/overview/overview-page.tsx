'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { overviewQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { LeaksBanner } from '@/components/leaks/leaks-banner';
import { DemoWords, StartDemo } from '@/components/runs/start-demo';
import { useShell } from '@/components/shell/shell-context';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { formatCount, plural } from '@/components/ui/format';
import { Kbd } from '@/components/ui/kbd';
import { Skeleton } from '@/components/ui/skeleton';
import { Segments } from '@/components/ui/tabs';
import { useNow } from '@/components/ui/use-now';
import type { Overview } from '@/lib/contracts/overview';
import { ConnectorHealth } from './connector-health';
import { RefusedCodes } from './refused-codes';
import { RelayHealth } from './relay-health';
import { rollOverview } from './roll-series';
import { StatCard, StatCardSkeleton } from './stat-card';
import { Timeline } from './timeline';
import { WaitingBanner } from './waiting-banner';

const widestHours = 24;

export function OverviewPage() {
  const now = useNow();
  const [hours, setHours] = useState<'12' | '24'>('12');
  const query = useQuery(overviewQuery(widestHours));
  if (query.isError && !query.data) {
    return (
      <ErrorState title="The overview could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const data = query.data && now !== null ? rollOverview(query.data, now) : null;
  return (
    <>
      <h1 className="sr-only">Overview</h1>
      <LeaksBanner />
      <WaitingBanner />
      <div className="grid grid-cols-4 gap-3 max-lg:grid-cols-2">
        {data ? <Stats data={data} /> : <StatSkeletons />}
      </div>
      <section aria-labelledby="timeline-title" className="pt-4">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 pb-2">
          <h2 id="timeline-title" className="font-semibold">
            Last {hours} hours
          </h2>
          <p className="text-muted">each bar a run; marks are refusals</p>
          <div className="ml-auto">
            <Segments
              label="Span of the timeline"
              value={hours}
              onChange={setHours}
              options={[
                { value: '12', label: '12 h' },
                { value: '24', label: '24 h' },
              ]}
            />
          </div>
        </div>
        <div className="min-h-40 rounded-lg border border-line bg-panel">
          {data && now !== null ? (
            <TimelineOrStart data={data} nowMs={now} hours={hours === '12' ? 12 : 24} />
          ) : (
            <TimelineSkeleton />
          )}
        </div>
      </section>
      <div className="mt-4 grid gap-3 lg:grid-cols-2">
        <ConnectorHealth />
        <RelayHealth />
        {data && <RefusedCodes codes={data.refused.byCode} />}
      </div>
    </>
  );
}

function Stats({ data }: { data: Overview }) {
  const { refused, record, tokenChecks } = data;
  const top = refused.topAction;
  return (
    <>
      <StatCard
        label="Live runs"
        value={formatCount(data.liveRuns)}
        series={data.liveRunsSeries}
        hint={
          data.nearlyOver > 0
            ? `${formatCount(data.nearlyOver)} over 85 % of their time`
            : `${plural(data.liveTokens, 'live token')}`
        }
        href="/runs?status=live"
      />
      <StatCard
        label="Token checks a second"
        value={
          tokenChecks.perSecond < 10 ? tokenChecks.perSecond.toFixed(1) : formatCount(Math.round(tokenChecks.perSecond))
        }
        series={tokenChecks.series}
        hint={plural(data.liveTokens, 'live token')}
        href="/tokens?status=active"
      />
      <StatCard
        label="Refused, last hour"
        value={formatCount(refused.lastHour)}
        series={refused.series}
        alarming={refused.lastHour > 0}
        hint={
          refused.lastHour > 0 && top ? `most often ${top.action}: ${formatCount(top.count)}` : 'nothing was refused'
        }
        href="/audit?outcome=refused"
      />
      <StatCard
        label="Record"
        value={formatCount(record.rows)}
        series={record.series}
        hint={`rows, written within ${formatCount(Math.max(1, Math.round(record.lagMs)))} ms`}
        href="/audit"
      />
    </>
  );
}

function StatSkeletons() {
  return (
    <>
      <StatCardSkeleton />
      <StatCardSkeleton />
      <StatCardSkeleton />
      <StatCardSkeleton />
    </>
  );
}

/** Until the first run has been there, the timeline's place says how to start it. */
function TimelineOrStart({ data, nowMs, hours }: { data: Overview; nowMs: number; hours: 12 | 24 }) {
  const { can } = useMe();
  const shell = useShell();
  if (data.timeline.length > 0) return <Timeline runs={data.timeline} nowMs={nowMs} hours={hours} />;
  return (
    <EmptyState
      title="No run in the last day"
      action={
        can('runs.control') && (
          <>
            <StartDemo />
            <Button onClick={shell.openNewRun}>
              New run <Kbd>N</Kbd>
            </Button>
          </>
        )
      }
    >
      A run is one agent at work: a command in a terminal you can watch, or an agent elsewhere that holds a tool token.
      {can('runs.control') && <DemoWords />}
    </EmptyState>
  );
}

function TimelineSkeleton() {
  return (
    <div role="status" aria-label="Loading the timeline" className="flex flex-col gap-3.5 px-3.5 py-4">
      <Skeleton className="ml-44 max-md:ml-28" />
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/2" />
      <Skeleton className="w-3/4" />
      <Skeleton className="w-2/5" />
    </div>
  );
}
