'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { MenuChip } from '@/components/ui/filter-chip';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { useNow } from '@/components/ui/use-now';
import { toLocalField } from './audit-filter';

const TimeDialog = dynamic(() => import('./time-dialog').then((module) => module.TimeDialog), { ssr: false });

const hourMs = 3_600_000;
const spans = [
  { label: 'The last hour', ms: hourMs },
  { label: 'The last 24 hours', ms: 24 * hourMs },
  { label: 'The last 7 days', ms: 7 * 24 * hourMs },
  { label: 'The last 30 days', ms: 30 * 24 * hourMs },
] as const;

export interface TimeRange {
  from?: string | undefined;
  to?: string | undefined;
}

/**
 * When, in local time. The URL carries the instants in UTC, those of "the last hour" too: who follows the link sees what
 * its sender saw.
 */
export function TimeChip({
  from,
  to,
  onChange,
}: TimeRange & { onChange: (range: { from?: string; to?: string }) => void }) {
  const [asking, setAsking] = useState(false);
  const now = useNow();
  const value = from || to ? rangeWords({ from, to }, now) : undefined;
  return (
    <>
      <MenuChip label="Time" value={value} onClear={() => onChange({ from: undefined, to: undefined })}>
        {spans.map(({ label, ms }) => (
          <MenuItem
            key={label}
            onSelect={() => onChange({ from: new Date(Date.now() - ms).toISOString(), to: undefined })}
          >
            {label}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setAsking(true)}>Between two times…</MenuItem>
      </MenuChip>
      {asking && <TimeDialog from={from} to={to} onClose={() => setAsking(false)} onChange={onChange} />}
    </>
  );
}

/** "since 14:02:11", "2026-11-22 14:02:11 to 15:00:00": the day only where it is not today's. */
export function rangeWords({ from, to }: TimeRange, nowMs: number | null): string {
  const today = nowMs === null ? '' : toLocalField(new Date(nowMs).toISOString()).slice(0, 10);
  const [start, end] = [from, to].map((at) => toLocalField(at).replace('T', ' '));
  const short = (text = '', day = today) => (day !== '' && text.startsWith(day) ? text.slice(11) : text);
  if (!end) return `since ${short(start)}`;
  if (!start) return `until ${short(end)}`;
  return start === end ? `at ${short(start)}` : `${short(start)} to ${short(end, start.slice(0, 10))}`;
}
