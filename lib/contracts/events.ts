/** Frames of `/api/events`: numbered live events, and `reset` when a gap cannot be replayed. */
import { z } from 'zod';
import { approval } from './approvals';
import { auditRow } from './audit';
import { toolCall } from './calls';
import { isoTime } from './common';
import { connector } from './connectors';
import { credentialSession } from './credentials';
import { leakAlert } from './leaks';
import { lock } from './locks';
import { overviewSample } from './overview';
import { plugin } from './plugins';
import { relayInstance, relayMessage } from './relay';
import { relayPlatform } from './relay-platforms';
import { agentEvent, run } from './runs';
import { toolToken } from './tokens';
import { toolsQueue } from './tools-queue';

export const liveEventPayload = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run.started'), data: run }),
  z.object({ type: z.literal('run.updated'), data: run }),
  z.object({ type: z.literal('run.ended'), data: run }),
  z.object({ type: z.literal('token.minted'), data: toolToken }),
  z.object({ type: z.literal('token.revoked'), data: toolToken }),
  /** At its decision, and again at its end. Without arguments and result, which not every role may see. */
  z.object({ type: z.literal('tool.called'), data: toolCall }),
  /** Without arguments: whoever may see them asks. */
  z.object({ type: z.literal('approval.requested'), data: approval }),
  /** It waits longer than it did. */
  z.object({ type: z.literal('approval.extended'), data: approval }),
  /** It does not wait any more: decided, expired or cancelled. */
  z.object({ type: z.literal('approval.decided'), data: approval }),
  z.object({ type: z.literal('plugin.changed'), data: z.object({ id: z.string(), plugin: plugin.nullable() }) }),
  z.object({
    type: z.literal('connector.changed'),
    data: z.object({ id: z.string(), connector: connector.nullable() }),
  }),
  z.object({ type: z.literal('lock.changed'), data: z.object({ id: z.string(), lock: lock.nullable() }) }),
  /** What it holds changed. */
  z.object({
    type: z.literal('identity.changed'),
    data: z.object({ userId: z.string(), platform: z.string() }),
  }),
  /** It began, was issued or renewed, charged, or ended. */
  z.object({ type: z.literal('credential.changed'), data: credentialSession }),
  /** It was seen, seen again, or acknowledged. */
  z.object({ type: z.literal('leak.changed'), data: leakAlert }),
  /** It was provisioned, came, went, slept, woke, filled, was bound or was revoked. */
  z.object({ type: z.literal('relay.changed'), data: relayInstance }),
  /** An operator and an instance talk: said, edited or answered. */
  z.object({ type: z.literal('relay.message'), data: relayMessage }),
  z.object({ type: z.literal('relay.typing'), data: z.object({ instanceId: z.string(), chatId: z.string() }) }),
  /** It came, went, dialled, was added, removed or cut off. By its id alone: admins read the rest. */
  z.object({ type: z.literal('relay.upstream'), data: z.object({ id: z.string() }) }),
  /** It was set up, connected, failed, was turned on or off, or is gone. */
  z.object({
    type: z.literal('relay.platform'),
    data: z.object({ id: z.string(), platform: relayPlatform.nullable() }),
  }),
  z.object({ type: z.literal('tools.changed'), data: toolsQueue }),
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
