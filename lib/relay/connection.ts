/**
 * One gateway on one socket, as the protocol has it: it knows frames and no transport. Tenant and instance come from the stored
 * row it was opened with, and nothing that a frame says changes them.
 */
import type { CloseName } from '@/lib/contracts/close-codes';
import { limits } from '@/lib/platform/limits';
import type { InstanceRow } from './instances';
import type { MailLink } from './mailbox';
import type { OutboundDesk } from './outbound';
import type { Descriptor } from './protocol/descriptor';
import { createFrameReader, encodeFrame } from './protocol/frame-codec';
import { type ConnectorFrame, type GatewayFrame, parseGatewayFrame } from './protocol/frames';

export interface GatewayTransport {
  /** Resolves when the system has taken it; rejects when it will not. */
  send(text: string): Promise<void>;
  close(name: CloseName, reason?: string): void;
  /** False once it talks too fast. */
  withinLimit(): boolean;
}

export interface GatewayIdentity {
  platform: string;
  botId: string;
}

/** What the relay is told of a connection. */
export interface ConnectionEvents {
  descriptorOf(platform: string): Descriptor;
  /** It has its descriptor, and is ready for what waits. */
  onAwake(): void;
  /** Resolves when that is durable. From the call on, events are stored. */
  onIdle(): Promise<void>;
  onAck(bufferId: string): boolean;
  onInterrupt(interrupt: { sessionKey: string; reason: string | null }): void;
}

export interface GatewayConnection {
  readonly instance: InstanceRow;
  readonly link: MailLink;
  readonly identities: readonly GatewayIdentity[];
  readonly isAwake: boolean;
  readonly skipped: Readonly<Record<'malformed' | 'unknown' | 'unasked', number>>;
  /** One message of the socket. */
  read(message: string): void;
  interrupt(sessionKey: string, chatId: string): void;
  close(name: CloseName, reason?: string): void;
}

export function createGatewayConnection(
  instance: InstanceRow,
  { transport, desk, events }: { transport: GatewayTransport; desk: OutboundDesk; events: ConnectionEvents },
): GatewayConnection {
  const reader = createFrameReader({ maxBytes: limits.framePayloadBytes });
  const identities: GatewayIdentity[] = [];
  /** Frames that did nothing: no JSON, of no known type, or an answer to nothing. */
  const skipped = { malformed: 0, unknown: 0, unasked: 0 };
  let isAwake = false;
  let isOver = false;

  const say = (frame: ConnectorFrame) => transport.send(encodeFrame(frame));
  /** Whoever is gone hears nothing, which is what its close says already. */
  const tell = (frame: ConnectorFrame) => void say(frame).catch(() => undefined);

  function onHello({ platform, botId }: GatewayIdentity): void {
    const isKnown = identities.some((one) => one.platform === platform && one.botId === botId);
    if (!isKnown && identities.length >= limits.relayIdentities) {
      skipped.unasked += 1;
      return;
    }
    if (!isKnown) identities.push({ platform, botId });
    tell({ type: 'descriptor', descriptor: events.descriptorOf(platform) });
    if (isAwake) return;
    isAwake = true;
    events.onAwake();
  }

  /** One for every event is as it must be; those of nothing come as fast as a gateway may talk, and no faster. */
  function onAck(bufferId: string): void {
    if (events.onAck(bufferId)) return;
    skipped.unasked += 1;
    if (!transport.withinLimit()) tooMany();
  }

  function tooMany(): void {
    isOver = true;
    transport.close('tooFast', 'too many frames');
  }

  async function onIdle(): Promise<void> {
    isAwake = false;
    await events.onIdle();
    // It may have woken while that was written.
    tell({ type: 'going_idle_ack' });
  }

  function answer({ requestId, action, platform }: Extract<GatewayFrame, { type: 'outbound' }>): void {
    const result = desk.answer({ requestId, action, platform });
    void result.then((result) => tell({ type: 'outbound_result', requestId, result }));
  }

  function handle(frame: GatewayFrame): void {
    switch (frame.type) {
      case 'hello':
        onHello(frame);
        break;
      case 'going_idle':
        onIdle().catch(() => transport.close('fault'));
        break;
      case 'inbound_ack':
        onAck(frame.bufferId);
        break;
      case 'outbound':
        answer(frame);
        break;
      case 'interrupt':
        events.onInterrupt({ sessionKey: frame.session_key, reason: frame.reason ?? null });
        break;
      default:
        frame satisfies never;
    }
  }

  return {
    instance,
    identities,
    skipped,
    get isAwake() {
      return isAwake;
    },
    link: {
      // It is JSON already, and is not read and written again for each gateway.
      deliver({ kind, json }, bufferId) {
        const head = kind === 'inbound' ? '{"type":"inbound","event":' : '{"type":"passthrough_forward","forward":';
        const buffered = bufferId === undefined ? '' : `,"bufferId":${JSON.stringify(bufferId)}`;
        return transport.send(`${head}${json}${buffered}}\n`);
      },
      fail: () => transport.close('tooFast', 'it does not read'),
    },
    read(message) {
      const read = reader.read(message);
      if (!read) return transport.close('tooLarge');
      skipped.malformed += read.malformed;
      const frames = read.frames.map(parseGatewayFrame);
      // Acknowledgements come as fast as events do; everything else, crumbs of frames too, is the gateway's own doing.
      const acks = frames.filter((frame) => typeof frame === 'object' && frame.type === 'inbound_ack').length;
      for (let own = Math.max(frames.length + read.malformed + read.blank - acks, acks > 0 ? 0 : 1); own > 0; own -= 1)
        if (!transport.withinLimit()) return tooMany();
      for (const frame of frames) {
        if (isOver) return;
        if (typeof frame === 'object') handle(frame);
        else skipped[frame] += 1;
      }
    },
    interrupt: (sessionKey, chatId) => tell({ type: 'interrupt_inbound', session_key: sessionKey, chat_id: chatId }),
    close: transport.close,
  };
}
