/**
 * The platform of a system that speaks HTTP: it posts what its users said, signed, and is posted what gateways do, signed with
 * the same secret. It vouches for its users: whoever has the secret says who they are.
 */
import type { RelayPlatformSettings } from '@/lib/contracts/relay-platforms';
import { limits } from '@/lib/platform/limits';
import type { OutboundOptions } from '@/lib/platform/outbound';
import type { OutboundResult } from '../protocol/actions';
import type { Descriptor } from '../protocol/descriptor';
import type { ConnectedPlatform, PlatformStart } from './platform';
import { createWebhookDoor } from './webhook-door';
import { createWebhookSender } from './webhook-sender';

export interface WebhookPlatformOptions extends PlatformStart<Extract<RelayPlatformSettings, { kind: 'webhook' }>> {
  signingSecret: string;
  /** What a test says of names, and of how long an attempt and the wait after it may take. */
  lookup?: OutboundOptions['lookup'];
  timeoutMs?: number;
  retryAfterMs?: (attempt: number) => number;
}

export function createWebhookPlatform(options: WebhookPlatformOptions): ConnectedPlatform {
  const { name, label, settings, signingSecret: secret, edge, clock, lookup, timeoutMs, retryAfterMs } = options;
  const door = createWebhookDoor({ name, secret, edge, clock });
  const sender = createWebhookSender({ ...settings, secret, clock, lookup, timeoutMs, retryAfterMs });

  return {
    name,
    descriptor: descriptorOf(name, label),
    state: { status: 'ready' },
    account: null,
    receive: async (request) => ({ status: 202, body: await door.receive(request) }),
    async perform(_instance, action) {
      if ('content' in action && isTooLong(action.content)) return tooLong;
      return sender.post(action);
    },
    close: sender.close,
  };
}

function descriptorOf(platform: string, label: string): Descriptor {
  return {
    ...{ contract_version: 1, platform, label, max_message_length: limits.relayTextChars, len_unit: 'chars' },
    ...{ supports_draft_streaming: false, supports_edit: true, supports_threads: true, markdown_dialect: 'plain' },
    supported_ops: ['send', 'edit', 'typing', 'prompt', 'react', 'thread_create', 'thread_rename', 'get_chat_info'],
  };
}

const tooLong: OutboundResult = { success: false, error: 'message too long', code: 'too_long' };

/** Code points are never more than code units, which cost nothing to count. */
function isTooLong(text: string): boolean {
  return text.length > limits.relayTextChars && [...text].length > limits.relayTextChars;
}
