'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity, ChevronDown, ChevronRight, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { rowsOf, runEventsQuery } from '@/components/api/queries';
import { useTrimmedHead } from '@/components/api/use-trimmed-head';
import { usePausedRows } from '@/components/audit/use-paused-rows';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { ExactTime } from '@/components/ui/time';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { AgentEvent, Run } from '@/lib/contracts/runs';

export function ActivityTab({ run }: { run: Run }) {
  const query = runEventsQuery(run.id);
  const list = useInfiniteQuery(query);
  const rows = rowsOf(list.data);
  const live = usePausedRows(rows, (event) => event.seq, run.id);
  useTrimmedHead(query, rows.length, !live.paused);
  if (list.isPending) return <SkeletonRows label="Loading the activity" />;
  if (list.isError && !list.data)
    return (
      <ErrorState title="The activity could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
    );
  if (rows.length === 0) {
    return (
      <EmptyState icon={Activity} title="The agent has said nothing yet">
        {isLiveRun(run.status) ? (
          <>
            Lines it writes to <code>GATEHOUSE_PUB_URL</code>, and events it sends with <code>event.publish</code>,
            appear here as they come.
          </>
        ) : (
          'The run ended without publishing an event.'
        )}
      </EmptyState>
    );
  }
  return (
    <section aria-label="Activity">
      <div className="flex items-center pb-1">
        <p className="mr-auto text-muted">
          {plural(live.rows.length, 'event')}
          {list.hasNextPage && ' and more'}
        </p>
        {isLiveRun(run.status) && (
          <Button tone="quiet" size="small" onClick={live.paused ? live.resume : live.pause}>
            <Icon of={live.paused ? Play : Pause} size={13} />
            {live.paused ? (live.waiting > 0 ? `Resume, ${plural(live.waiting, 'event')} waiting` : 'Resume') : 'Pause'}
          </Button>
        )}
      </div>
      <ol className="border-line border-t">
        {live.rows.map((event) => (
          <EventRow key={event.seq} event={event} />
        ))}
      </ol>
      <LoadMore list={list} />
    </section>
  );
}

/** What an agent says is hostile text: shown as text, on one line, its control characters made visible. */
function EventRow({ event }: { event: AgentEvent }) {
  const [open, setOpen] = useState(false);
  const summary = summaryOf(event);
  const fields = Object.keys(event.data).length;
  return (
    <li className="border-line border-b">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid min-h-[38px] w-full grid-cols-[16px_92px_minmax(88px,180px)_1fr] items-center gap-x-3 px-1 text-left hover:bg-sunk max-md:min-h-14 max-md:grid-cols-[16px_1fr_auto] max-md:gap-y-0.5 max-md:py-1.5"
      >
        <Icon of={open ? ChevronDown : ChevronRight} size={13} className="text-muted" />
        <ExactTime at={event.at} precise className="font-mono text-hint text-muted max-md:order-3" />
        <span className="truncate font-medium">{printable(event.type)}</span>
        <span className="truncate text-muted max-md:order-4 max-md:col-span-2 max-md:col-start-2">
          {summary || plural(fields, 'field')}
        </span>
      </button>
      {open && (
        <pre className="max-h-96 overflow-auto whitespace-pre-wrap break-words bg-sunk px-4 py-3">
          {printable(JSON.stringify(event.data, null, 2), { keepNewlines: true })}
        </pre>
      )}
    </li>
  );
}

const summaryFields = ['message', 'text', 'summary', 'title', 'line', 'content', 'name', 'status'];

/** The first field that reads as a sentence, also one level down; the whole in short where there is none. */
function summaryOf({ data }: AgentEvent): string {
  for (const fields of [data, data.data, data.payload]) {
    if (typeof fields !== 'object' || fields === null) continue;
    const found = summaryFields.map((name) => Reflect.get(fields, name)).find(isWords);
    if (found !== undefined) return printable(found.slice(0, 300));
  }
  const text = JSON.stringify(data);
  return text === '{}' ? '' : printable(text.slice(0, 300));
}

function isWords(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
