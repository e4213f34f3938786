'use client';

import { useEffect, useRef, useState } from 'react';
import { useLiveEvents } from '@/components/live/live-provider';

/** A gateway says it again every few seconds while it writes: without that it has stopped. */
const shownMs = 6000;

/** Whether the gateway writes in this chat just now. What it says ends it. */
export function useTyping(instanceId: string, chatId: string): boolean {
  const here = `${instanceId} ${chatId}`;
  const [typingIn, setTypingIn] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveEvents(({ type, data }) => {
    if (type !== 'relay.typing' && type !== 'relay.message') return;
    if (data.instanceId !== instanceId || data.chatId !== chatId) return;
    if (type === 'relay.message' && data.author === 'operator') return;
    clearTimeout(timer.current);
    setTypingIn(type === 'relay.typing' ? here : null);
    if (type === 'relay.typing') timer.current = setTimeout(() => setTypingIn(null), shownMs);
  });
  return typingIn === here;
}
