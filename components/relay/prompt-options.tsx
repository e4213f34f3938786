'use client';

import { Check } from 'lucide-react';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { InlineError } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import type { RelayMessage, RelayPrompt } from '@/lib/contracts/relay';
import { optionTone } from './conversation-words';

interface PromptOptionsProps {
  message: RelayMessage;
  prompt: RelayPrompt;
  mayAnswer: boolean;
}

/** The options of a prompt as buttons. The one that was chosen is marked, and none can be pressed any more. */
export function PromptOptions({ message, prompt, mayAnswer }: PromptOptionsProps) {
  const [sending, setSending] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function choose({ id: optionId, label }: RelayPrompt['options'][number]) {
    setSending(optionId);
    setError(null);
    try {
      await callRoute('relay.send', {
        params: { id: message.instanceId },
        body: {
          chatId: message.chatId,
          text: label,
          ...(message.thread && { threadId: message.thread.id }),
          prompt: { id: prompt.id, optionId },
        },
      });
    } catch (cause) {
      setError(cause);
    }
    setSending(null);
  }
  const answered = prompt.chosen !== null;
  return (
    <div className="flex max-w-full flex-col gap-1.5">
      <fieldset className="flex flex-wrap gap-2 pt-0.5">
        <legend className="sr-only">{answered ? 'Answered' : 'Choose an answer'}</legend>
        {prompt.options.map((option) => {
          const chosen = option.id === prompt.chosen;
          return (
            <Button
              key={option.id}
              tone={answered ? 'plain' : optionTone(option.style)}
              disabled={answered || !mayAnswer || sending !== null}
              pending={sending === option.id}
              aria-pressed={answered ? chosen : undefined}
              onClick={() => void choose(option)}
              className={cn('max-w-full', chosen && 'border-text disabled:opacity-100')}
            >
              {chosen && <Icon of={Check} size={14} />}
              <span className="truncate">{printable(option.label)}</span>
            </Button>
          );
        })}
      </fieldset>
      <InlineError error={error} />
    </div>
  );
}
