/**
 * A Telegram bot of this server. It promises to whoever runs it that the token reaches Telegram and nobody else: no event, no
 * result, no error and no line of the log holds it.
 */
import { limits } from '@/lib/platform/limits';
import type { Descriptor } from '../protocol/descriptor';
import type { InboundEvent } from '../protocol/inbound';
import { type ChatFiles, createChatFiles } from './chat-files';
import { type ChatPlatformOptions, codeOf, createStanding, failure, linkAnswer, realWait } from './chat-platform';
import { createOpenPrompts } from './open-prompts';
import type { ConnectedPlatform } from './platform';
import { performOnTelegram } from './telegram-actions';
import { openTelegramClient, type TelegramClient } from './telegram-client';
import { telegramAnswer, telegramInbound } from './telegram-inbound';
import { startTelegramPolling, type TelegramPolling } from './telegram-polling';
import type { TelegramMessage, TelegramPress } from './telegram-updates';

const descriptorOf = (platform: string, label: string): Descriptor => ({
  contract_version: 1,
  platform,
  label,
  max_message_length: limits.telegramTextUnits,
  supports_draft_streaming: false,
  supports_edit: true,
  supports_threads: true,
  markdown_dialect: 'markdown_v2',
  len_unit: 'utf16',
  platform_hint: 'People read this on Telegram, mostly on a phone.',
  pii_safe: false,
  supported_ops: [
    ...(['send', 'edit', 'typing', 'send_media', 'prompt', 'react'] as const),
    ...(['thread_create', 'thread_rename', 'get_chat_info'] as const),
  ],
});

export function createTelegramPlatform(options: ChatPlatformOptions<'telegram'>): ConnectedPlatform {
  const { name, label, settings, edge, clock, log, onChanged, wait = realWait } = options;
  const standing = createStanding(onChanged);
  const prompts = createOpenPrompts({ clock });
  /** With their files: one that the record did not take is tried again, and its files are not fetched again. */
  const whole = new WeakMap<TelegramMessage, InboundEvent>();
  let link: { client: TelegramClient; files: ChatFiles; polling: TelegramPolling } | null = null;
  let isClosed = false;

  async function heard(client: TelegramClient, files: ChatFiles, message: TelegramMessage): Promise<void> {
    const observed = telegramInbound(message, name);
    if (!observed) return;
    const event = whole.get(message) ?? (await files.attach(observed.author, observed.event, observed.files));
    whole.set(message, event);
    // It comes again, with what was still to be fetched.
    if (isClosed) throw new Error('closed');
    const { outcome } = await edge.message(observed.author, event);
    const text = linkAnswer(observed.event, outcome);
    if (text === null) return;
    const chat_id = message.chat.id;
    await client.ask((raw, signal) => raw.sendMessage({ chat_id, text }, signal)).catch(() => undefined);
  }

  async function pressed(client: TelegramClient, press: TelegramPress): Promise<void> {
    const { id: callback_query_id, message, data = '' } = press;
    const choice = message ? prompts.take(data, String(message.chat.id)) : null;
    const isTaken = message && choice ? await answered(press, { message, choice }) : false;
    const text = isTaken ? choice?.option.label.slice(0, 200) : undefined;
    const tell = client.ask((raw, signal) =>
      raw.answerCallbackQuery({ callback_query_id, ...(text !== undefined && { text }) }, signal),
    );
    const shown = isTaken && message ? { chat_id: message.chat.id, message_id: message.message_id } : null;
    const close = shown && client.ask((raw, signal) => raw.editMessageReplyMarkup(shown, signal));
    // Both are for the eye: what counts was delivered.
    await Promise.allSettled([tell, close]);
  }

  async function answered(
    press: TelegramPress,
    {
      message,
      choice,
    }: { message: NonNullable<TelegramPress['message']>; choice: NonNullable<ReturnType<typeof prompts.take>> },
  ): Promise<boolean> {
    let isTaken = false;
    try {
      const { author, event } = telegramAnswer({ ...press, message }, choice, name);
      isTaken = await edge.answer(author, event, choice.prompt.instanceId);
    } finally {
      if (!isTaken) choice.putBack();
    }
    return isTaken;
  }

  async function connect(): Promise<void> {
    const client = await openTelegramClient({ token: settings.botToken, apiRoot: settings.apiRoot, wait });
    if (isClosed) return client.close();
    const files = createChatFiles({ edge, maxBytes: limits.telegramFileBytes, open: client.open });
    const polling = startTelegramPolling({
      ...{ client, standing, log, wait },
      async onUpdate({ message, callback_query: press }) {
        if (message) await heard(client, files, message);
        if (press) await pressed(client, press);
      },
    });
    link = { client, files, polling };
  }

  const connecting = connect().catch((error: unknown) => {
    log.error({ code: codeOf(error), platform: name }, 'a Telegram platform could not be set up');
    standing.failed('The Telegram library could not be loaded. Install the packages anew (npm ci).');
  });

  return {
    name,
    descriptor: descriptorOf(name, label),
    get state() {
      return standing.state;
    },
    get account() {
      return standing.account;
    },

    async perform({ id }, action) {
      if (!link) return failure('unreachable', 'Telegram is not connected');
      return performOnTelegram(id, action, {
        ...{ client: link.client, prompts, platform: name, mediaOf: edge.mediaOf },
      });
    },

    async close() {
      isClosed = true;
      await connecting;
      const stopped = link?.polling.stop();
      link?.files.end();
      await stopped;
      link?.client.close();
    },
  };
}
