'use client';

import { useQueryClient } from '@tanstack/react-query';
import { SendHorizontal, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { callRoute } from '@/components/api/client';
import { rowsOf } from '@/components/api/queries';
import { relayKeys, relayMessagesQuery } from '@/components/api/relay-queries';
import { Button } from '@/components/ui/button';
import { InlineError } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { Textarea } from '@/components/ui/input';
import { Kbd } from '@/components/ui/kbd';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { RelayInstance } from '@/lib/contracts/relay';
import { AttachButton, AttachmentList } from './attachment-list';
import { awayWords, isLinkLine } from './conversation-words';
import type { Attachments } from './use-attachments';
import { useDraft } from './use-draft';

interface ComposerProps {
  instance: RelayInstance;
  chatId: string;
  /** What is said goes there, where one is open. */
  thread: { id: string; name: string } | null;
  attachments: Attachments;
  onLeaveThread: () => void;
}

const longestChars = 16_000;
const tallestPx = 176;

export function Composer({ instance, chatId, thread, attachments, onLeaveThread }: ComposerProps) {
  const client = useQueryClient();
  const toast = useToast();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(`${instance.id}.${chatId}`);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const away = awayWords(instance);
  const { mediaIds, uploading } = attachments;
  const ready = text.trim() !== '' || mediaIds.length > 0;
  /** Sent as soon as its files are there. */
  const [queued, setQueued] = useState(false);
  const failed = attachments.items.some((item) => item.error);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what makes it taller.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(tallestPx, element.scrollHeight + 2)}px`;
  }, [text]);

  const sendNow = useRef(send);
  useEffect(() => {
    sendNow.current = send;
  });
  useEffect(() => {
    if (!queued || uploading) return;
    setQueued(false);
    // What did not go up is for a person to look at first.
    if (!failed) void sendNow.current();
  }, [queued, uploading, failed]);

  async function send() {
    if (!ready || pending) return;
    if (uploading) return setQueued(true);
    setPending(true);
    setError(null);
    try {
      const { messageId } = await callRoute('relay.send', {
        params: { id: instance.id },
        body: {
          ...{ chatId, text },
          ...(thread && { threadId: thread.id }),
          ...(mediaIds.length > 0 && { mediaIds }),
        },
      });
      setText('');
      attachments.clear();
      if (isLinkLine(text)) toast.show('You are linked: what you write on the console reaches this instance.');
      else await showSent(messageId);
    } catch (cause) {
      setError(cause);
    }
    setPending(false);
    field.current?.focus();
  }

  /** It comes as a live event; where the page is not live it is asked for. */
  async function showSent(messageId: string) {
    const { queryKey } = relayMessagesQuery(instance.id, { chatId });
    if (rowsOf(client.getQueryData(queryKey)).some(({ id }) => id === messageId)) return;
    await client.invalidateQueries({ queryKey: relayKeys.messages(instance.id, { chatId }) });
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  return (
    <form
      aria-label="Write a message"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      className="flex flex-col gap-1.5 border-line border-t px-3.5 py-2.5"
    >
      {away && (
        <p role="status" className="text-muted">
          {away}
        </p>
      )}
      {thread && (
        <p className="flex items-center gap-1 text-muted">
          in # {printable(thread.name)}
          <button type="button" aria-label="Leave the thread" onClick={onLeaveThread} className="p-1 hover:text-text">
            <Icon of={X} size={12} />
          </button>
        </p>
      )}
      <InlineError error={error} />
      <AttachmentList attachments={attachments} />
      <div className="flex items-end gap-2">
        <AttachButton onFiles={attachments.add} />
        <Textarea
          ref={field}
          rows={1}
          aria-label="Message"
          placeholder={`Message ${printable(instance.gatewayId)}`}
          maxLength={longestChars}
          readOnly={pending || queued}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            attachments.add(event.clipboardData.files);
          }}
          className="max-h-44 min-h-8 resize-none"
        />
        <Button tone="primary" type="submit" pending={pending || queued} disabled={!ready} className="h-8">
          {!pending && !queued && <Icon of={SendHorizontal} size={14} />} Send
        </Button>
      </div>
      <p className="text-hint text-muted max-md:hidden">
        <Kbd>↵</Kbd> sends, <Kbd>⇧</Kbd> <Kbd>↵</Kbd> begins a line
      </p>
    </form>
  );
}
