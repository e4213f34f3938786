'use client';

import { useStoredState } from '@/components/ui/use-stored-state';

/** How this browser calls somebody who does not look: both off until asked for. */
export interface AttentionChoices {
  notify: boolean;
  sound: boolean;
}

const off: AttentionChoices = { notify: false, sound: false };
const attentionKey = 'gatehouse.attention';

export function useAttentionChoices(): [AttentionChoices, (next: AttentionChoices) => void] {
  return useStoredState(attentionKey, off, parseChoices);
}

/** Read at the moment something happens, so that a choice made in another window holds here too. */
export function currentAttention(): AttentionChoices {
  try {
    return parseChoices(JSON.parse(localStorage.getItem(attentionKey) ?? 'null')) ?? off;
  } catch {
    return off;
  }
}

function parseChoices(stored: unknown): AttentionChoices | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { notify, sound } = stored as Partial<AttentionChoices>;
  return { notify: notify === true, sound: sound === true };
}
