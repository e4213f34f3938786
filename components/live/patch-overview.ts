/** Keeps the overview's figures in step between two answers of the server. */
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '@/components/api/queries';
import { rollOverview } from '@/components/overview/roll-series';
import type { AuditRow } from '@/lib/contracts/audit';
import type { Overview } from '@/lib/contracts/overview';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import type { LiveEvent } from './patch-cache';

const timelineRows = 60;
const codesShown = 6;

export function patchOverview(client: QueryClient, event: LiveEvent): void {
  client.setQueriesData<Overview>(
    { queryKey: queryKeys.overview() },
    (data) => data && changed(rollOverview(data, Date.parse(event.at)), event),
  );
}

function changed(data: Overview, event: LiveEvent): Overview {
  switch (event.type) {
    case 'run.started':
      return withRun({ ...data, liveRuns: data.liveRuns + (isLiveRun(event.data.status) ? 1 : 0) }, event.data);
    case 'run.updated':
      return withRun(data, event.data);
    case 'run.ended':
      return withRun({ ...data, liveRuns: Math.max(0, data.liveRuns - 1) }, event.data);
    case 'token.minted':
      return { ...data, liveTokens: data.liveTokens + 1 };
    case 'token.revoked':
      return { ...data, liveTokens: Math.max(0, data.liveTokens - 1) };
    case 'overview.sampled': {
      const { perSecond, thisMinute } = event.data.tokenChecks;
      return { ...data, tokenChecks: { perSecond, series: [...data.tokenChecks.series.slice(0, -1), thisMinute] } };
    }
    case 'audit.appended':
      return withAuditRow(data, event.data);
    default:
      return data;
  }
}

function withRun(data: Overview, run: Run): Overview {
  const known = data.timeline.some((item) => item.id === run.id);
  const timeline = known ? data.timeline.map((item) => (item.id === run.id ? run : item)) : [run, ...data.timeline];
  return { ...data, timeline: timeline.slice(0, timelineRows) };
}

function withAuditRow(data: Overview, { outcome, data: facts }: AuditRow): Overview {
  const record = { ...data.record, rows: data.record.rows + 1, series: addToLast(data.record.series) };
  if (outcome !== 'refused') return { ...data, record };
  const { lastHour, series, byCode } = data.refused;
  return {
    ...data,
    record,
    refused: {
      ...data.refused,
      lastHour: lastHour + 1,
      series: addToLast(series),
      byCode: typeof facts.code === 'string' ? withCode(byCode, facts.code) : byCode,
    },
  };
}

function withCode(codes: Overview['refused']['byCode'], code: string): Overview['refused']['byCode'] {
  const known = codes.find((each) => each.code === code);
  const others = codes.filter((each) => each !== known);
  return [...others, { code, count: (known?.count ?? 0) + 1 }].sort((a, b) => b.count - a.count).slice(0, codesShown);
}

function addToLast(series: number[]): number[] {
  return series.map((value, index) => (index === series.length - 1 ? value + 1 : value));
}
