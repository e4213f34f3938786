/**
 * One connection to a connector, as the protocol has it: it knows frames and no transport. Whatever the connector says, reading
 * goes on: what cannot be read is counted, and acknowledged where it would come again for ever.
 */
import { limits } from '@/lib/platform/limits';
import type { OutboundAction, OutboundResult } from '../protocol/actions';
import { createFrameReader, encodeFrame, type FrameObject } from '../protocol/frame-codec';
import { type ConnectorFrame, type GatewayFrame, parseConnectorFrame } from '../protocol/frames';
import type { InboundEvent } from '../protocol/inbound';
import type { DropReason } from './drops';
import { adopt, type Negotiated } from './negotiated';
import { messageOf } from './passthrough';
import { createPendingActions, tooMany, unreachable } from './pending';
import type { Identity } from './stored';

export interface LinkEvents {
  /** A descriptor came: the connector knows us. */
  onDescribed(): void;
  /** Every hello has its descriptor. */
  onReady(): void;
  /** Whoever takes it calls `acknowledge` with its buffer id once it is durable. */
  onMessage(message: { event: InboundEvent; bufferId: string | null }): void;
  onInterrupt(interrupt: { sessionKey: string; chatId: string }): void;
  onDropped(reason: DropReason): void;
  /** It said what no connection survives. */
  onBroken(): void;
}

export interface UpstreamLink {
  /** What was learnt of each platform on this connection. */
  readonly negotiated: ReadonlyMap<string, Negotiated>;
  open(): void;
  /** One message of the socket. */
  read(message: string): void;
  acknowledge(bufferId: string): void;
  /** Never rejects: a socket that is gone answers at once. */
  ask(platform: string, action: OutboundAction): Promise<OutboundResult>;
  /** Says that it goes idle; resolves with the acknowledgement. What comes until then is served. */
  goIdle(): Promise<void>;
  /** Resolves when every action has its result. */
  settled(): Promise<void>;
  /** The socket is gone. */
  end(): void;
}

export function createUpstreamLink(deps: {
  identities: readonly Identity[];
  say: (text: string) => void;
  newRequestId: () => string;
  resultTimeoutMs: number;
  events: LinkEvents;
}): UpstreamLink {
  const { identities, newRequestId, resultTimeoutMs, events } = deps;
  const reader = createFrameReader({ maxBytes: limits.framePayloadBytes });
  const pending = createPendingActions({ timeoutMs: resultTimeoutMs });
  const negotiated = new Map<string, Negotiated>();
  const idle = new Set<() => void>();
  let isReady = false;

  const tell = (frame: GatewayFrame) => deps.say(encodeFrame(frame));
  const acknowledge = (bufferId: string) => tell({ type: 'inbound_ack', bufferId });

  function drop(reason: DropReason, bufferId: unknown): void {
    events.onDropped(reason);
    if (typeof bufferId === 'string' && bufferId !== '') acknowledge(bufferId);
  }

  function onDescriptor({ descriptor }: Extract<ConnectorFrame, { type: 'descriptor' }>): void {
    if (!identities.some(({ platform }) => platform === descriptor.platform)) {
      events.onDropped('unasked');
      return;
    }
    negotiated.set(descriptor.platform, adopt(descriptor));
    events.onDescribed();
    if (isReady || !identities.every(({ platform }) => negotiated.has(platform))) return;
    isReady = true;
    events.onReady();
  }

  function onMessage(event: InboundEvent | null, bufferId: string | null): void {
    const platform = event?.source.platform;
    if (!event) drop('undecodable', bufferId);
    // A connector says who somebody is on the platforms it was dialled for, and on no other.
    else if (!identities.some((identity) => identity.platform === platform)) drop('platform', bufferId);
    // Not acknowledged: a connector that has described nothing has not said yet that it knows us.
    else if (!negotiated.has(event.source.platform)) events.onDropped('handshake');
    else events.onMessage({ event, bufferId });
  }

  function handle(frame: ConnectorFrame): void {
    switch (frame.type) {
      case 'descriptor':
        onDescriptor(frame);
        break;
      case 'inbound':
        onMessage(frame.event, frame.bufferId ?? null);
        break;
      case 'passthrough_forward':
        onMessage(messageOf(frame.forward), frame.bufferId ?? null);
        break;
      case 'interrupt_inbound':
        events.onInterrupt({ sessionKey: frame.session_key, chatId: frame.chat_id });
        break;
      case 'outbound_result':
        if (!pending.settle(frame.requestId, frame.result)) events.onDropped('unasked');
        break;
      case 'going_idle_ack':
        for (const resolve of idle) resolve();
        idle.clear();
        break;
      default:
        frame satisfies never;
    }
  }

  function readFrame(object: FrameObject): void {
    const frame = parseConnectorFrame(object);
    if (typeof frame === 'object') handle(frame);
    else drop(frame, frame === 'malformed' ? object.bufferId : undefined);
  }

  return {
    negotiated,
    acknowledge,
    open() {
      for (const { platform, botId } of identities) tell({ type: 'hello', platform, botId });
    },
    read(message) {
      const read = reader.read(message);
      if (!read) {
        events.onBroken();
        return;
      }
      for (let bad = read.malformed; bad > 0; bad -= 1) events.onDropped('malformed');
      for (const object of read.frames) readFrame(object);
    },
    async ask(platform, action) {
      const botId = identities.find((identity) => identity.platform === platform)?.botId;
      if (botId === undefined || !isReady) return unreachable;
      if (pending.size >= limits.relayActionsInFlight) return tooMany;
      const requestId = newRequestId();
      const result = pending.add(requestId);
      tell({ type: 'outbound', requestId, action, platform, botId });
      return result;
    },
    goIdle: () =>
      new Promise((resolve) => {
        idle.add(resolve);
        tell({ type: 'going_idle' });
      }),
    settled: pending.settled,
    end: pending.end,
  };
}
