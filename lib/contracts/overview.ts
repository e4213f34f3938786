import { z } from 'zod';
import { isoTime } from './common';
import { run } from './runs';

/** The counts the navigation shows beside its words. */
export const navCounts = z.object({
  liveRuns: z.number().int(),
  liveTokens: z.number().int(),
  approvals: z.number().int(),
});

/** Everything the overview needs in one answer. Series are per minute, oldest first, 60 points. */
export const overview = z.object({
  at: isoTime,
  liveRuns: z.number().int(),
  /** Live runs that have used more than 85 % of their time. */
  nearlyOver: z.number().int(),
  liveTokens: z.number().int(),
  liveRunsSeries: z.array(z.number()),
  tokenChecks: z.object({ perSecond: z.number(), series: z.array(z.number()) }),
  refused: z.object({
    lastHour: z.number().int(),
    series: z.array(z.number()),
    topAction: z.object({ action: z.string(), count: z.number().int() }).nullable(),
    /** Why, as codes: those of the last hour, the most frequent first, at most six. */
    byCode: z.array(z.object({ code: z.string(), count: z.number().int() })),
  }),
  record: z.object({ rows: z.number().int(), series: z.array(z.number()), lagMs: z.number() }),
  /** Runs that touch the last 24 hours, newest first, at most 60. */
  timeline: z.array(run),
});
/** What the overview cannot count from other events; sent while it changes. */
export const overviewSample = z.object({
  tokenChecks: z.object({
    perSecond: z.number(),
    /** Of the running minute: the last point of the series. */
    thisMinute: z.number().int(),
  }),
});
export type OverviewSample = z.infer<typeof overviewSample>;
export type Overview = z.infer<typeof overview>;
export const overviewQuery = z.strictObject({ hours: z.coerce.number().int().min(1).max(24).default(12) });
