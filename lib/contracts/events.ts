/** Frames of `/api/events`: numbered live events, and `reset` when a gap cannot be replayed. */
import { z } from 'zod';
import { auditRow } from './audit';
import { isoTime } from './common';
import { overviewSample } from './overview';
import { agentEvent, run } from './runs';
import { toolToken } from './tokens';

export const liveEventPayload = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run.started'), data: run }),
  z.object({ type: z.literal('run.updated'), data: run }),
  z.object({ type: z.literal('run.ended'), data: run }),
  z.object({ type: z.literal('token.minted'), data: toolToken }),
  z.object({ type: z.literal('token.revoked'), data: toolToken }),
  z.object({ type: z.literal('audit.appended'), data: auditRow }),
  z.object({ type: z.literal('agent.event'), data: agentEvent }),
  z.object({ type: z.literal('overview.sampled'), data: overviewSample }),
  z.object({ type: z.literal('operator.changed'), data: z.object({ operatorId: z.string() }) }),
]);
export type LiveEventPayload = z.infer<typeof liveEventPayload>;
export type LiveEventType = LiveEventPayload['type'];

export const eventFrame = z.union([
  z.intersection(z.object({ seq: z.number().int(), at: isoTime }), liveEventPayload),
  z.object({ type: z.literal('reset'), seq: z.number().int() }),
]);
export type EventFrame = z.infer<typeof eventFrame>;
