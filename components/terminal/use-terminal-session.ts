'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { loadScreenFont } from './screen';
import {
  createTerminalSession,
  firstTerminalState,
  type TerminalSession,
  type TerminalState,
} from './terminal-session';

interface UseTerminalSession {
  runId: string;
  frame: RefObject<HTMLElement | null>;
  fontSize: number;
  offerSize: boolean;
  onRefusedKey: () => void;
}

/** One session per run and mount. The session itself lives outside React: bytes never pass through a render. */
export function useTerminalSession({ runId, frame, fontSize, offerSize, onRefusedKey }: UseTerminalSession) {
  const [session, setSession] = useState<TerminalSession | null>(null);
  const [state, setState] = useState<TerminalState>(firstTerminalState);
  const [link, setLink] = useState<string | null>(null);
  const latest = useRef({ fontSize, offerSize, onRefusedKey });
  useEffect(() => {
    latest.current = { fontSize, offerSize, onRefusedKey };
  });

  useEffect(() => {
    let created: TerminalSession | null = null;
    let gone = false;
    void loadScreenFont().then(() => {
      if (gone || !frame.current) return;
      created = createTerminalSession({
        runId,
        frame: frame.current,
        fontSize: latest.current.fontSize,
        offerSize: latest.current.offerSize,
        onState: setState,
        onLinkHover: setLink,
        onRefusedKey: () => latest.current.onRefusedKey(),
      });
      setSession(created);
    });
    return () => {
      gone = true;
      created?.dispose();
      setSession(null);
      setState(firstTerminalState);
    };
  }, [runId, frame]);

  useEffect(() => session?.setFontSize(fontSize), [session, fontSize]);
  return { session, state, link };
}
