'use client';

import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * Keys to acts: "n", "?", "shift+r", "mod+k" (⌘ or Ctrl), or two in a row as "g r". Plain keys are ignored while
 * somebody types and while a modal dialog is open; "mod+…" works everywhere.
 */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

const sequenceWithinMs = 1200;
/** After it the next key belongs to the sequence alone: "g r" goes to a page, and must not be taken for "r" by another listener. */
const leader = 'g';

export function useHotkeys(hotkeys: Hotkeys, enabled = true): void {
  const latest = useRef(hotkeys);
  // Before anybody can see what it renders: a key pressed right after a button lit up must meet that button's act.
  useLayoutEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    if (!enabled) return;
    let before = '';
    let beforeMs = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return;
      const chord = chordOf(event);
      if (chord === null || (!chord.startsWith('mod+') && isBusy(event.target))) return;
      const led = before === leader && !chord.startsWith('mod+') && event.timeStamp - beforeMs < sequenceWithinMs;
      const act = latest.current[led ? `${leader} ${chord}` : chord];
      before = chord;
      beforeMs = event.timeStamp;
      if (!act) return;
      before = '';
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [enabled]);
}

function chordOf(event: KeyboardEvent): string | null {
  if (event.altKey || event.key.length === 0 || ['Shift', 'Control', 'Meta', 'Alt'].includes(event.key)) return null;
  const key = event.key.toLowerCase();
  if (event.metaKey || event.ctrlKey) return `mod+${key}`;
  // A sign such as "?" already says that shift was held; a letter does not.
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]:modal')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="menu"]')) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
