/**
 * Prompts that wait for somebody to press a button. A button carries a key that was drawn for its prompt and the place of the
 * option, since platforms give it less room than a prompt's own id may need; what comes back with another key, from another
 * chat or for an option that was not offered is no answer. They are kept in memory: a restart ends them.
 */
import type { Clock } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import { newCode } from '@/lib/platform/secrets';
import type { OutboundAction, PromptOption } from '../protocol/actions';

type Prompt = Extract<OutboundAction, { op: 'prompt' }>;

export interface OpenPrompt {
  instanceId: string;
  chatId: string;
  promptId: string;
  options: readonly PromptOption[];
  /** Infinity for one without a timeout. */
  untilMs: number;
}

export interface PromptChoice {
  prompt: OpenPrompt;
  option: PromptOption;
  /** It was not taken after all: it may be answered again. */
  putBack(): void;
}

export interface OpenPrompts {
  /** What each option's button carries: at most 64 bytes. */
  open(instanceId: string, action: Prompt): { buttons: string[]; drop(): void };
  /** Taken at once, so that of two presses one counts. Null for what is no answer. */
  take(data: string, chatId: string): PromptChoice | null;
}

const prefix = 'gth';
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz';
const buttonData = /^gth:([0-9A-Za-z]{20}):(0|[1-9]\d?)$/;

export const isPromptButton = (data: string): boolean => buttonData.test(data);

export function createOpenPrompts({
  clock,
  newKey = () => newCode(20, alphabet),
}: {
  clock: Clock;
  newKey?: () => string;
}): OpenPrompts {
  const prompts = new Map<string, OpenPrompt>();

  return {
    open(instanceId, { chat_id: chatId, prompt_id: promptId, options, timeout_s: seconds }) {
      const key = newKey();
      const untilMs = seconds ? clock.now() + seconds * 1_000 : Number.POSITIVE_INFINITY;
      prompts.set(key, { instanceId, chatId, promptId, options, untilMs });
      const [oldest] = prompts.keys();
      if (prompts.size > limits.chatPromptsOpen && oldest !== undefined) prompts.delete(oldest);
      return {
        buttons: options.map((_, index) => `${prefix}:${key}:${index}`),
        drop: () => void prompts.delete(key),
      };
    },

    take(data, chatId) {
      const [, key = '', index = ''] = buttonData.exec(data) ?? [];
      const prompt = prompts.get(key);
      const option = prompt?.options[Number(index)];
      if (!prompt || !option || prompt.chatId !== chatId) return null;
      prompts.delete(key);
      if (prompt.untilMs <= clock.now()) return null;
      return { prompt, option, putBack: () => void prompts.set(key, prompt) };
    },
  };
}

/** What an answer says as text. A gateway chose the label, and it must not be read as a command of the one who pressed it. */
export const answerText = ({ label }: PromptOption): string => (label.trimStart().startsWith('/') ? '' : label);
