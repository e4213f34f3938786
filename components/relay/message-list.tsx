'use client';

import { ArrowDown, MessagesSquare } from 'lucide-react';
import { Fragment, useMemo, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import type { RelayInstance, RelayMessage } from '@/lib/contracts/relay';
import type { Chat } from './conversation';
import { isWaiting, toShown } from './conversation-words';
import { DaySeparator, dayOf } from './day-separator';
import { Message } from './message';
import { useStickToEnd } from './use-stick-to-end';
import { useTyping } from './use-typing';

interface MessageListProps {
  instance: RelayInstance;
  chat: Chat;
  /** Newest first. */
  messages: readonly RelayMessage[];
  older: Parameters<typeof LoadMore>[0]['list'];
  mayAnswer: boolean;
  onOpenThread: (id: string) => void;
}

export function MessageList({ instance, chat, messages, older, mayAnswer, onOpenThread }: MessageListProps) {
  const box = useRef<HTMLElement>(null);
  const typing = useTyping(instance.id, chat.id);
  const shown = useMemo(() => toShown(messages, dayOf), [messages]);
  const last = shown.at(-1)?.message;
  const stick = useStickToEnd(box, {
    firstId: shown[0]?.message.id,
    lastId: last?.id,
    extra: [typing, last?.text, last?.prompt?.chosen].join(' '),
  });
  const lastOwn = messages.find(({ author }) => author === 'operator')?.id;
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={box}
        aria-label="Messages of this chat"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={stick.onScroll}
        className="flex h-full flex-col overflow-y-auto overscroll-contain px-3.5 py-2 [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <LoadMore list={older} />
        <div className="mt-auto" />
        {shown.length === 0 && !older.hasNextPage && <NothingSaid mayAnswer={mayAnswer} status={instance.status} />}
        <div role="log" aria-live="polite" aria-label="What was said" className="flex flex-col">
          {shown.map(({ message, startsDay, startsTurn }) => (
            <Fragment key={message.id}>
              {startsDay && <DaySeparator at={message.at} />}
              <Message
                message={message}
                gatewayId={instance.gatewayId}
                startsTurn={startsTurn}
                delivery={deliveryOf(message, instance, lastOwn)}
                mayAnswer={mayAnswer}
                onOpenThread={onOpenThread}
              />
            </Fragment>
          ))}
        </div>
        {typing && <Typing />}
      </section>
      {stick.unread && (
        <Button onClick={stick.toEnd} className="-translate-x-1/2 absolute bottom-2 left-1/2 shadow-overlay">
          <Icon of={ArrowDown} size={14} /> New messages
        </Button>
      )}
    </div>
  );
}

/** Said under the last one that arrived, and under each that waits. */
function deliveryOf(message: RelayMessage, instance: RelayInstance, lastOwn: string | undefined): string | null {
  if (message.author !== 'operator') return null;
  if (instance.status !== 'disabled' && isWaiting(message, instance))
    return `waits in the buffer (${instance.buffer.events})`;
  return message.id === lastOwn && instance.status !== 'disabled' ? 'delivered' : null;
}

function Typing() {
  return (
    <p role="status" className="flex items-center gap-1.5 pt-2 text-muted">
      <span aria-hidden="true" className="flex gap-0.5">
        {[0, 1, 2].map((dot) => (
          <span key={dot} className="size-1 animate-breathe rounded-full bg-muted" />
        ))}
      </span>
      The gateway is typing
    </p>
  );
}

function NothingSaid({ mayAnswer, status }: { mayAnswer: boolean; status: RelayInstance['status'] }) {
  return (
    <EmptyState icon={MessagesSquare} title="Nothing was said here yet">
      {mayAnswer && status === 'live' && 'Write below: the gateway answers here, as it would on a chat platform.'}
    </EmptyState>
  );
}
