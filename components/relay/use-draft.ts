'use client';

import { useEffect, useState } from 'react';

/** A text that is being written, kept in this browser until it was sent: a reload or a refusal loses none of it. */
export function useDraft(key: string): [string, (text: string) => void] {
  const storageKey = `gatehouse.relay-draft.${key}`;
  const [text, setText] = useState('');
  useEffect(() => {
    const kept = read(storageKey);
    if (kept) setText((current) => current || kept);
  }, [storageKey]);
  const change = (next: string) => {
    setText(next);
    try {
      if (next === '') localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, next);
    } catch {
      // Storage is full or forbidden: the draft then lasts as long as the page.
    }
  };
  return [text, change];
}

function read(storageKey: string): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
