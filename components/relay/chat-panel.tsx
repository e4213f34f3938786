'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleStop } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { rowsOf } from '@/components/api/queries';
import { relayMessagesQuery } from '@/components/api/relay-queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { Skeleton } from '@/components/ui/skeleton';
import { useToast } from '@/components/ui/toast';
import { useUrlState } from '@/components/ui/use-url-state';
import type { RelayInstance } from '@/lib/contracts/relay';
import { Composer } from './composer';
import type { Chat } from './conversation';
import { threadsOf } from './conversation-words';
import { MessageList } from './message-list';
import { ThreadChips } from './thread-chips';
import { useAttachments } from './use-attachments';
import { useFileDrop } from './use-file-drop';

interface ChatPanelProps {
  instance: RelayInstance;
  chat: Chat;
  /** Chooses another chat, where the list of them has no room. */
  picker: ReactNode;
}

export function ChatPanel({ instance, chat, picker }: ChatPanelProps) {
  const url = useUrlState();
  const { can } = useMe();
  const list = useInfiniteQuery(relayMessagesQuery(instance.id, { chatId: chat.id }));
  const messages = useMemo(() => rowsOf(list.data), [list.data]);
  const threads = useMemo(() => threadsOf(messages), [messages]);
  const thread = threads.find(({ id }) => id === url.get('thread')) ?? null;
  const shown = useMemo(
    () => (thread ? messages.filter((message) => message.thread?.id === thread.id) : messages),
    [messages, thread],
  );
  const maySpeak = can('runs.control') && instance.status !== 'disabled';
  const openThread = (id: string | undefined) => url.set({ thread: id });
  const attachments = useAttachments(instance.id);
  const drop = useFileDrop(attachments.add, maySpeak);
  return (
    <div
      {...drop.handlers}
      className="relative flex min-w-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-panel"
    >
      <div className="flex min-h-10 items-center gap-3 border-line border-b px-3.5 py-1">
        {picker}
        <h2 className="truncate font-medium max-md:hidden">{printable(chat.name)}</h2>
        <ThreadChips threads={threads} current={thread?.id} onOpen={openThread} />
        {maySpeak && <InterruptButton instanceId={instance.id} chatId={chat.id} threadId={thread?.id} />}
      </div>
      {list.isPending && <MessagesSkeleton />}
      {list.isError && !list.data && (
        <ErrorState
          title="The conversation could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data && (
        <MessageList
          instance={instance}
          chat={chat}
          messages={shown}
          older={list}
          mayAnswer={maySpeak}
          onOpenThread={openThread}
        />
      )}
      {maySpeak && (
        <Composer
          instance={instance}
          chatId={chat.id}
          thread={thread}
          attachments={attachments}
          onLeaveThread={() => openThread(undefined)}
        />
      )}
      {!maySpeak && instance.status !== 'disabled' && (
        <p className="border-line border-t px-3.5 py-2.5 text-muted">Operators write here; you can read.</p>
      )}
      {instance.status === 'disabled' && (
        <p className="border-line border-t px-3.5 py-2.5 text-muted">
          The instance is disabled: nothing more can be said here.
        </p>
      )}
      {drop.isOver && (
        <p className="absolute inset-1 flex items-center justify-center rounded-md border border-info border-dashed bg-info-ground font-medium text-info">
          Drop to attach
        </p>
      )}
    </div>
  );
}

/** Stops what the gateway does for this chat, and for no other. */
interface InterruptButtonProps {
  instanceId: string;
  chatId: string;
  threadId: string | undefined;
}
function InterruptButton({ instanceId, chatId, threadId }: InterruptButtonProps) {
  const toast = useToast();
  const [pending, setPending] = useState(false);
  async function interrupt() {
    setPending(true);
    try {
      const body = { chatId, ...(threadId && { threadId }) };
      const { delivered } = await callRoute('relay.interrupt', { params: { id: instanceId }, body });
      toast.show(
        delivered ? 'The gateway was told to stop what it does here.' : 'The gateway is not there to hear it.',
      );
    } catch (error) {
      toast.showError('The gateway was not interrupted.', error);
    }
    setPending(false);
  }
  return (
    <Button size="small" pending={pending} onClick={() => void interrupt()} className="ml-auto">
      {!pending && <Icon of={CircleStop} size={13} />} Interrupt
    </Button>
  );
}

function MessagesSkeleton() {
  return (
    <div role="status" aria-label="Loading the conversation" className="flex flex-1 flex-col justify-end gap-4 p-4">
      <Skeleton className="h-8 w-3/5" />
      <Skeleton className="ml-auto h-8 w-2/5" />
      <Skeleton className="h-14 w-1/2" />
    </div>
  );
}
