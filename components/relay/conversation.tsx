'use client';

import { useMemo, useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { useNames } from '@/components/audit/use-names';
import { useUrlState } from '@/components/ui/use-url-state';
import type { RelayInstanceDetail } from '@/lib/contracts/relay';
import { ChatChoice, ChatList } from './chat-list';
import { ChatPanel } from './chat-panel';

export interface Chat {
  id: string;
  name: string;
  lastAt: string | null;
}

/** What operators and the gateway say to each other. Each operator has a chat of their own; others are opened by a name. */
export function Conversation({ instance }: { instance: RelayInstanceDetail }) {
  const url = useUrlState();
  const { me, can } = useMe();
  const names = useNames();
  const ownId = me?.operator.id ?? '';
  const wanted = url.get('chat')?.slice(0, 512);
  const chatId = wanted ?? ownId;
  const [opened, setOpened] = useState<readonly string[]>([]);
  const chats = useMemo(() => {
    const nameOf = (id: string) => (id === ownId ? 'You' : (names.get(id) ?? id));
    const said: Chat[] = instance.chats.map(({ id, lastAt }) => ({ id, name: nameOf(id), lastAt }));
    const unsaid = new Set([ownId, chatId, ...opened].filter((id) => id && !said.some((chat) => chat.id === id)));
    return [...said, ...[...unsaid].map((id) => ({ id, name: nameOf(id), lastAt: null }))];
  }, [instance.chats, ownId, chatId, opened, names]);
  const choose = (id: string) => {
    setOpened((current) => (current.includes(id) ? current : [...current, id]));
    url.set({ chat: id === ownId ? undefined : id, thread: undefined });
  };
  const current = chats.find(({ id }) => id === chatId);
  if (!current) return null;
  const choice = { chats, chatId, onChoose: choose, mayOpen: can('runs.control') && instance.status !== 'disabled' };
  return (
    <section
      aria-label="Conversation"
      className="flex h-[calc(100dvh-364px)] min-h-80 gap-4 md:h-auto md:min-h-80 md:flex-1"
    >
      <ChatList {...choice} />
      <ChatPanel key={chatId} instance={instance} chat={current} picker={<ChatChoice {...choice} />} />
    </section>
  );
}
