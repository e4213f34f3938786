/** The first page's numbers. Nothing here scans what grows: counters are in memory, lists come off an index. */
import type { z } from 'zod';
import type { AuditLog } from '@/lib/audit/log';
import type { AuditRow } from '@/lib/contracts/audit';
import type { navCounts, Overview } from '@/lib/contracts/overview';
import { liveRunStatuses } from '@/lib/contracts/runs';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { errorTable } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { createRateMeter, type RateMeter } from '@/lib/platform/rate-meter';
import type { ToolTokenRegistry } from '@/lib/tokens/registry';
import type { LiveRuns } from './live-runs';
import { toRun } from './rows';

export interface OverviewService {
  get(hours: number): Promise<Overview>;
  counts(): z.infer<typeof navCounts>;
  /** Feeds the counters; called for each row of the record. */
  onAudit(row: AuditRow): void;
  onTokenCheck(): void;
  /** Tells open pages the rate of token checks, as long as it changes. */
  startSampling(bus: EventBus): void;
  close(): void;
}

export interface OverviewOptions {
  db: Database;
  clock: Clock;
  audit: () => AuditLog;
  live: LiveRuns;
  registry: () => ToolTokenRegistry;
  approvalsPending: () => number;
}

/** How old a figure on an open page may be. */
const sampleEveryMs = 5_000;
const timelineRuns = 60;
const codesShown = 6;
const hourMs = 3_600_000;
const minuteMs = 60_000;

export function createOverview({
  db,
  clock,
  audit,
  live,
  registry,
  approvalsPending,
}: OverviewOptions): OverviewService {
  const rows = createRateMeter(clock);
  const checks = createRateMeter(clock);
  const refused = createRateMeter(clock);
  const refusedByAction = new Map<string, RateMeter>();
  const refusedByCode = new Map<string, RateMeter>();
  let sampling: NodeJS.Timeout | undefined;

  async function timeline(hours: number) {
    const from = new Date(clock.now() - hours * hourMs);
    const [recent, older] = await Promise.all([
      db.run.findMany({ where: { startedAt: { gte: from } }, orderBy: { startedAt: 'desc' }, take: timelineRuns }),
      db.run.findMany({
        where: { status: { in: liveRunStatuses }, startedAt: { lt: from } },
        orderBy: { startedAt: 'desc' },
        take: timelineRuns,
      }),
    ]);
    return [...recent, ...older].slice(0, timelineRuns).map(toRun);
  }

  /** How many runs were live at the end of each of the last 60 minutes. */
  async function liveSeries(): Promise<number[]> {
    const nowMs = clock.now();
    const ended = await db.run.findMany({
      where: { endedAt: { gte: new Date(nowMs - hourMs) } },
      orderBy: { endedAt: 'desc' },
      take: 5_000,
      select: { startedAt: true, endedAt: true },
    });
    const spans = [
      ...ended.map(({ startedAt, endedAt }) => [startedAt.getTime(), endedAt?.getTime() ?? nowMs] as const),
      ...live.all().map(({ startedAtMs }) => [startedAtMs, Number.POSITIVE_INFINITY] as const),
    ];
    return Array.from({ length: 60 }, (_, index) => {
      const atMs = nowMs - (59 - index) * minuteMs;
      return spans.filter(([from, to]) => from <= atMs && atMs < to).length;
    });
  }

  function meterOf(meters: Map<string, RateMeter>, key: string): RateMeter {
    const known = meters.get(key);
    if (known) return known;
    const made = createRateMeter(clock);
    meters.set(key, made);
    return made;
  }

  function topRefused(): Overview['refused']['topAction'] {
    let top: Overview['refused']['topAction'] = null;
    for (const [action, meter] of refusedByAction) {
      const count = meter.total();
      if (count > (top?.count ?? 0)) top = { action, count };
    }
    return top;
  }

  function codesRefused(): Overview['refused']['byCode'] {
    return [...refusedByCode]
      .map(([code, meter]) => ({ code, count: meter.total() }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, codesShown);
  }

  return {
    async get(hours) {
      const nowMs = clock.now();
      const runs = live.all();
      return {
        at: toIso(nowMs),
        liveRuns: runs.length,
        nearlyOver: runs.filter(
          ({ startedAtMs, expiresAtMs }) => (nowMs - startedAtMs) / (expiresAtMs - startedAtMs) > 0.85,
        ).length,
        liveTokens: registry().activeTokenCount(),
        liveRunsSeries: await liveSeries(),
        tokenChecks: { perSecond: checks.perSecond(), series: checks.lastHour() },
        refused: {
          lastHour: refused.total(),
          series: refused.lastHour(),
          topAction: topRefused(),
          byCode: codesRefused(),
        },
        record: { rows: audit().rows(), series: rows.lastHour(), lagMs: audit().lagMs() },
        timeline: await timeline(hours),
      };
    },
    counts: () => ({
      liveRuns: live.all().length,
      liveTokens: registry().activeTokenCount(),
      approvals: approvalsPending(),
    }),
    onAudit(row) {
      rows.add();
      if (row.outcome !== 'refused') return;
      refused.add();
      meterOf(refusedByAction, row.action).add();
      const { code } = row.data;
      // The codes are a short table of ours; anything else in this place could grow without bound.
      if (typeof code === 'string' && Object.hasOwn(errorTable, code)) meterOf(refusedByCode, code).add();
    },
    onTokenCheck: () => checks.add(),
    startSampling(bus) {
      let told = '';
      sampling = setInterval(() => {
        const tokenChecks = { perSecond: checks.perSecond(), thisMinute: checks.lastHour().at(-1) ?? 0 };
        const text = JSON.stringify(tokenChecks);
        if (text === told || (told === '' && tokenChecks.thisMinute === 0)) return;
        told = text;
        bus.publish({ type: 'overview.sampled', data: { tokenChecks } });
      }, sampleEveryMs);
      sampling.unref();
    },
    close: () => clearInterval(sampling),
  };
}
