/**
 * The platform of the console: operators talk to instances from the Relay page. What a gateway sends becomes a message there;
 * a prompt is shown as its options, and the answer goes back as an event.
 */
import type { RelayMedia, RelayPrompt } from '@/lib/contracts/relay';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { MediaStore } from '../media';
import { mediaUnknown, type OutboundResult, unsupportedOp } from '../protocol/actions';
import type { Descriptor } from '../protocol/descriptor';
import type { ConsoleMessages, Thread } from './console-messages';
import type { DirectAction, RelayPlatform } from './platform';

export const consoleName = 'console';

const descriptor: Descriptor = {
  contract_version: 1,
  platform: consoleName,
  label: 'Gatehouse console',
  max_message_length: limits.relayTextChars,
  supports_draft_streaming: false,
  supports_edit: true,
  supports_threads: true,
  markdown_dialect: 'plain',
  len_unit: 'chars',
  platform_hint: 'An operator reads this in a web console.',
  pii_safe: true,
  supported_ops: ['send', 'edit', 'typing', 'send_media', 'prompt', 'thread_create', 'thread_rename', 'get_chat_info'],
};

type Of<Op extends DirectAction['op']> = Extract<DirectAction, { op: Op }>;

export function createConsolePlatform(deps: {
  messages: ConsoleMessages;
  media: Pick<MediaStore, 'find'>;
  bus: EventBus;
}): RelayPlatform {
  const { messages, media, bus } = deps;

  /** Undefined where the thread is none of the chat. */
  async function threadOf(instanceId: string, { chat_id: chatId, metadata }: DirectAction) {
    const id = metadata?.thread_id ?? null;
    return id === null ? null : ((await messages.thread(instanceId, chatId, id)) ?? undefined);
  }

  async function say(
    instanceId: string,
    action: DirectAction,
    { text, files = [], prompt = null }: { text: string; files?: RelayMedia[]; prompt?: RelayPrompt | null },
  ): Promise<OutboundResult> {
    if (isTooLong(text)) return tooLong;
    const thread: Thread | null | undefined = await threadOf(instanceId, action);
    if (thread === undefined) return noThread;
    const chatId = action.chat_id;
    const id = await messages.keep({ instanceId, chatId, thread, text, media: files, prompt });
    return { success: true, message_id: id };
  }

  async function sendMedia(instanceId: string, action: Of<'send_media'>): Promise<OutboundResult> {
    const found = await media.find(action.media_url, instanceId);
    if (!found) return mediaUnknown;
    return say(instanceId, action, { text: action.caption ?? '', files: [found.media] });
  }

  async function edit(instanceId: string, action: Of<'edit'>): Promise<OutboundResult> {
    const { chat_id: chatId, message_id: id, content: text } = action;
    if (isTooLong(text)) return tooLong;
    const isThere = await messages.edit({ instanceId, chatId, id, text });
    return isThere
      ? { success: true, message_id: id }
      : { success: false, error: 'no such message', code: 'not_found' };
  }

  async function renameThread(instanceId: string, action: Of<'thread_rename'>): Promise<OutboundResult> {
    const id = action.metadata?.thread_id ?? '';
    const isThere = await messages.renameThread(instanceId, action.chat_id, { id, name: action.name });
    return isThere ? { success: true, thread_id: id } : noThread;
  }

  return {
    name: consoleName,
    descriptor,

    async perform({ id: instanceId }, action) {
      switch (action.op) {
        case 'send':
          return say(instanceId, action, { text: action.content });
        case 'edit':
          return edit(instanceId, action);
        case 'typing':
          bus.publish({ type: 'relay.typing', data: { instanceId, chatId: action.chat_id } });
          return { success: true };
        case 'send_media':
          return sendMedia(instanceId, action);
        case 'prompt':
          return say(instanceId, action, { text: action.content, prompt: promptOf(action) });
        case 'thread_create': {
          const { id } = await messages.openThread(instanceId, action.chat_id, action.name);
          return { success: true, thread_id: id };
        }
        case 'thread_rename':
          return renameThread(instanceId, action);
        case 'get_chat_info':
          return { success: true, chat: { id: action.chat_id, type: 'dm', name: null } };
        default:
          return unsupportedOp;
      }
    },
  };
}

function promptOf({ prompt_kind: kind, prompt_id: id, options }: Of<'prompt'>): RelayPrompt {
  const shown = options.map(({ style, ...option }) => ({ ...option, style: style ?? null }));
  return { kind, id, options: shown, chosen: null };
}

const tooLong: OutboundResult = { success: false, error: 'message too long', code: 'too_long' };
const noThread: OutboundResult = { success: false, error: 'no such thread in this chat', code: 'not_found' };

/** Code points are never more than code units, which cost nothing to count. */
function isTooLong(text: string): boolean {
  return text.length > limits.relayTextChars && [...text].length > limits.relayTextChars;
}
