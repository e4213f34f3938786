import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { egressDeclined, outboundAction, parseAction } from '@/lib/relay/protocol/actions';
import { descriptor } from '@/lib/relay/protocol/descriptor';
import { parseConnectorFrame, parseGatewayFrame } from '@/lib/relay/protocol/frames';
import { inboundEvent } from '@/lib/relay/protocol/inbound';

const source = {
  ...{ platform: 'discord', chat_id: 'c1', chat_type: 'channel', user_id: 'u1', user_name: 'Mira' },
  ...{ thread_id: null, chat_name: null, chat_topic: null },
} as const;

describe('a frame of a gateway', () => {
  it('is read by its type, without keys nobody knows', () => {
    expect(parseGatewayFrame({ type: 'going_idle', reason: 'night' })).toEqual({ type: 'going_idle' });
    expect(parseGatewayFrame({ type: 'hello', platform: 'console', botId: 7, tenant: 'other' })).toEqual({
      ...{ type: 'hello', platform: 'console', botId: '7' },
    });
    expect(parseGatewayFrame({ type: 'interrupt', session_key: 's' })).toMatchObject({ session_key: 's' });
  });

  it('of a type nobody knows is ignored, and one with wrong fields is malformed', () => {
    expect(parseGatewayFrame({ type: 'presence' })).toBe('unknown');
    // What only a connector says, a gateway has no business to.
    expect(parseGatewayFrame({ type: 'descriptor' })).toBe('unknown');
    for (const frame of [{}, { type: 1 }, { type: 'hello' }, { type: 'hello', platform: '../x', botId: '' }])
      expect(parseGatewayFrame(frame)).toBe('malformed');
    for (const bufferId of [undefined, null, 1, '', 'x'.repeat(257)])
      expect(parseGatewayFrame({ type: 'inbound_ack', bufferId })).toBe('malformed');
  });

  it('is judged without a throw, whatever it is', () => {
    const types = ['hello', 'inbound_ack', 'outbound', 'interrupt', 'going_idle', 'inbound', 'descriptor'];
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(...types), (frame, type) => {
        parseGatewayFrame({ ...frame, type });
        parseConnectorFrame({ ...frame, type });
        parseAction(frame);
      }),
    );
  });
});

describe('an inbound event', () => {
  const event = { text: 'hello', message_type: 'text', message_id: 'm1', source };

  it('names its scope by scope_id alone: guild_id is never read', () => {
    const read = inboundEvent.parse({ ...event, source: { ...source, guild_id: 'g1' } });
    expect(read.source).not.toHaveProperty('guild_id');
    expect(read.source.scope_id).toBeUndefined();
    const both = inboundEvent.parse({ ...event, source: { ...source, guild_id: 'g1', scope_id: 'g2' } });
    expect(both.source.scope_id).toBe('g2');
  });

  it('carries no mark of who authorized it: that is never read from the wire', () => {
    const marked = { ...event, delivered_via_upstream_relay: true };
    expect(inboundEvent.parse(marked)).not.toHaveProperty('delivered_via_upstream_relay');
  });

  it('has every field of the source that must be there, null allowed', () => {
    for (const field of ['user_id', 'user_name', 'thread_id', 'chat_name', 'chat_topic'] as const) {
      expect(inboundEvent.safeParse({ ...event, source: { ...source, [field]: null } }).success).toBe(true);
      expect(inboundEvent.safeParse({ ...event, source: { ...source, [field]: undefined } }).success).toBe(false);
    }
    expect(inboundEvent.safeParse({ ...event, source: { ...source, chat_type: 'room' } }).success).toBe(false);
  });

  it('reaches the other side as it was sent', () => {
    const frame = parseConnectorFrame({ type: 'inbound', event, bufferId: 'b1' });
    expect(frame).toMatchObject({ type: 'inbound', event, bufferId: 'b1' });
  });
});

describe('an action', () => {
  it('that is none of ours is unsupported', () => {
    for (const value of [null, 1, 'send', {}, { op: 'pay' }, { op: ['send'] }])
      expect(parseAction(value)).toEqual({ refusal: { success: false, error: 'unsupported op' } });
  });

  it('with wrong fields is refused by the name of the field, never by its value', () => {
    expect(parseAction({ op: 'send', chat_id: { secret: 'x' }, content: 'c' })).toEqual({
      refusal: { success: false, error: 'malformed action: chat_id', code: 'malformed' },
    });
  });

  it('keeps what it says of its target, and takes numbered chats as text', () => {
    const action = { op: 'send', chat_id: -100, content: 'hi', metadata: { scope_id: 's', user_id: 5, more: 1 } };
    expect(parseAction(action)).toEqual({
      action: { op: 'send', chat_id: '-100', content: 'hi', metadata: { scope_id: 's', user_id: '5', more: 1 } },
    });
  });

  it('is one of exactly ten, and each decline of egress reads alike', () => {
    const names = outboundAction.options.map(({ shape }) => shape.op.value);
    const fixed = 'send edit typing follow_up send_media prompt react thread_create thread_rename get_chat_info';
    expect(names).toEqual(fixed.split(' '));
    expect(egressDeclined('discord')).toEqual({
      success: false,
      error: 'discord egress declined: target not routed to an onboarded tenant',
      code: 'egress_declined',
    });
  });
});

it('a descriptor needs what the protocol needs', () => {
  const whole = {
    ...{ contract_version: 1, platform: 'console', label: 'Console', max_message_length: 4_096 },
    ...{ supports_draft_streaming: false, supports_edit: true, supports_threads: false },
    ...{ markdown_dialect: 'plain', len_unit: 'chars' },
  };
  expect(descriptor.parse({ ...whole, pii_safe: true })).toEqual({ ...whole, pii_safe: true });
  for (const field of Object.keys(whole))
    expect(descriptor.safeParse({ ...whole, [field]: undefined }).success, field).toBe(false);
});
