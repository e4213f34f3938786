/** Every frame of both directions, by its sender. Unknown keys are left out, and unknown types are nobody's error. */
import { z } from 'zod';
import { outboundResult } from './actions';
import { offeredDescriptor } from './descriptor';
import { botId, platformName } from './fields';
import type { FrameObject } from './frame-codec';
import { inboundEvent } from './inbound';

const requestId = z.string().min(1).max(256);
const bufferId = z.string().min(1).max(256);
const sessionKey = z.string().min(1).max(1_024);

export const gatewayFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), platform: platformName, botId, command_manifest: z.unknown().optional() }),
  z.object({ type: z.literal('inbound_ack'), bufferId }),
  /** The action is judged by itself: whoever waits for its result gets one. */
  z.object({
    type: z.literal('outbound'),
    requestId,
    action: z.unknown().optional(),
    platform: platformName.nullish(),
    botId: botId.nullish(),
  }),
  z.object({ type: z.literal('interrupt'), session_key: sessionKey, reason: z.string().max(1_024).nullish() }),
  z.object({ type: z.literal('going_idle') }),
]);
export type GatewayFrame = z.infer<typeof gatewayFrame>;

/** A request of a platform as it came, without what is a credential in it. */
export const passthroughForward = z.looseObject({ platform: platformName, bodyB64: z.base64() });
export type PassthroughForward = z.infer<typeof passthroughForward>;

export const connectorFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('descriptor'), descriptor: offeredDescriptor }),
  z.object({ type: z.literal('inbound'), event: inboundEvent, bufferId: bufferId.optional() }),
  z.object({ type: z.literal('interrupt_inbound'), session_key: sessionKey, chat_id: z.string() }),
  z.object({ type: z.literal('passthrough_forward'), forward: passthroughForward, bufferId: bufferId.optional() }),
  z.object({ type: z.literal('outbound_result'), requestId, result: outboundResult }),
  z.object({ type: z.literal('going_idle_ack') }),
]);
export type ConnectorFrame = z.infer<typeof connectorFrame>;

const typesOf = (union: typeof gatewayFrame | typeof connectorFrame): ReadonlySet<unknown> =>
  new Set(union.options.map(({ shape }) => shape.type.value));
const gatewayTypes = typesOf(gatewayFrame);
const connectorTypes = typesOf(connectorFrame);

/** `unknown` for a type that this version does not know, which is ignored. */
export function parseGatewayFrame(frame: FrameObject): GatewayFrame | 'unknown' | 'malformed' {
  if (typeof frame.type === 'string' && !gatewayTypes.has(frame.type)) return 'unknown';
  return gatewayFrame.safeParse(frame).data ?? 'malformed';
}

export function parseConnectorFrame(frame: FrameObject): ConnectorFrame | 'unknown' | 'malformed' {
  if (typeof frame.type === 'string' && !connectorTypes.has(frame.type)) return 'unknown';
  return connectorFrame.safeParse(frame).data ?? 'malformed';
}
