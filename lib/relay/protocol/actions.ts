/** What a gateway asks to be done on a platform, and the answer. Field names are the protocol's. */
import { z } from 'zod';
import { externalId, optionalId } from './fields';

/** Where the gateway remembers its target to belong: a claim that the egress guard checks. */
const metadata = z.looseObject({ scope_id: optionalId, user_id: optionalId, thread_id: optionalId }).nullish();
const target = { chat_id: externalId, metadata };
const content = z.string().max(1024 * 1024);
const name = z.string().min(1).max(256);

export const promptOption = z.object({
  id: z.string().min(1).max(256),
  label: name,
  style: z.string().max(64).nullish(),
});
export type PromptOption = z.infer<typeof promptOption>;

export const outboundAction = z.discriminatedUnion('op', [
  z.object({ op: z.literal('send'), ...target, content, reply_to: optionalId }),
  z.object({ op: z.literal('edit'), ...target, message_id: externalId, content }),
  z.object({ op: z.literal('typing'), ...target }),
  /** Names a capability that the connector keeps; never the credential itself. */
  z.object({ op: z.literal('follow_up'), session_key: z.string().min(1).max(1_024), kind: name, content, metadata }),
  z.object({
    op: z.literal('send_media'),
    ...target,
    media_url: z.string().max(4_096),
    caption: content.nullish(),
    reply_to: optionalId,
  }),
  z.object({
    op: z.literal('prompt'),
    ...target,
    prompt_kind: name,
    prompt_id: z.string().min(1).max(256),
    content,
    options: z.array(promptOption).max(100),
    timeout_s: z.number().nonnegative().nullish(),
  }),
  z.object({ op: z.literal('react'), ...target, message_id: externalId, emoji: z.string().min(1).max(64) }),
  z.object({ op: z.literal('thread_create'), ...target, name, message_id: optionalId }),
  z.object({ op: z.literal('thread_rename'), ...target, name }),
  z.object({ op: z.literal('get_chat_info'), ...target }),
]);
export type OutboundAction = z.infer<typeof outboundAction>;
export type OpName = OutboundAction['op'];

/** An `as const` list, since a zod enum needs its literals; the compiler holds it equal to the union. */
export const opNames = [
  'send',
  'edit',
  'typing',
  'follow_up',
  'send_media',
  'prompt',
  'react',
  'thread_create',
  'thread_rename',
  'get_chat_info',
] as const satisfies readonly OpName[];

export const outboundResult = z.looseObject({
  success: z.boolean(),
  message_id: z.string().nullish(),
  error: z.string().nullish(),
  code: z.string().nullish(),
});
export type OutboundResult = z.infer<typeof outboundResult>;

export const unsupportedOp: OutboundResult = { success: false, error: 'unsupported op' };

/** Alike for a file that is over, never was, and is another instance's. */
export const mediaUnknown: OutboundResult = {
  ...{ success: false, error: 'media_url: upload it to /relay/media first', code: 'media_unknown' },
};

/** One text for every target that is not the asker's, so that it cannot find out which of them exist. */
export function egressDeclined(platform: string): OutboundResult {
  return {
    success: false,
    error: `${platform} egress declined: target not routed to an onboarded tenant`,
    code: 'egress_declined',
  };
}

/** The action, or the result to answer instead: a gateway waits for one whatever it sent. */
export function parseAction(value: unknown): { action: OutboundAction } | { refusal: OutboundResult } {
  const op = typeof value === 'object' && value !== null && 'op' in value ? value.op : undefined;
  if (!opNames.some((known) => known === op)) return { refusal: unsupportedOp };
  const parsed = outboundAction.safeParse(value);
  if (parsed.success) return { action: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  return { refusal: { success: false, error: `malformed action: ${where}`, code: 'malformed' } };
}
