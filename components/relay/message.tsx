'use client';

import { cn } from '@/components/ui/cn';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import type { RelayMessage } from '@/lib/contracts/relay';
import { MediaView } from './media-view';
import { PromptOptions } from './prompt-options';

interface MessageProps {
  message: RelayMessage;
  gatewayId: string;
  startsTurn: boolean;
  /** "delivered" or "waits in the buffer (3)", where that is worth a line. */
  delivery: string | null;
  mayAnswer: boolean;
  onOpenThread: (id: string) => void;
}

/** What operators said stands on the right, on its own ground; what the gateway said on the left. */
export function Message({ message, gatewayId, startsTurn, delivery, mayAnswer, onOpenThread }: MessageProps) {
  const { author, authorName, text, at, editedAt, thread, media, prompt } = message;
  const own = author === 'operator';
  return (
    <article className={cn('flex flex-col gap-1', startsTurn ? 'pt-3' : 'pt-1', own ? 'items-end' : 'items-start')}>
      {startsTurn && (
        <header className="flex max-w-full items-baseline gap-2">
          <span className="truncate font-medium">{printable(own ? (authorName ?? 'Operator') : gatewayId)}</span>
          {thread && (
            <button
              type="button"
              onClick={() => onOpenThread(thread.id)}
              className="truncate text-hint text-muted hover:text-text"
            >
              # {printable(thread.name)}
            </button>
          )}
          <ExactTime at={at} className="shrink-0 text-hint text-muted" />
        </header>
      )}
      {text !== '' && (
        <div
          className={cn(
            'max-w-[min(72ch,92%)] whitespace-pre-wrap break-words rounded-lg border px-3 py-1.5',
            own ? 'border-line bg-sunk' : 'border-line',
          )}
        >
          {printable(text, { keepNewlines: true })}
        </div>
      )}
      {media.length > 0 && <MediaView media={media} end={own} />}
      {prompt && <PromptOptions message={message} prompt={prompt} mayAnswer={mayAnswer} />}
      {(editedAt || delivery) && (
        <footer className="text-hint text-muted">
          {editedAt && (
            <>
              edited <ExactTime at={editedAt} />
            </>
          )}
          {editedAt && delivery && ' · '}
          {delivery}
        </footer>
      )}
    </article>
  );
}
