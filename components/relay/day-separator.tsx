'use client';

import { useNow } from '@/components/ui/use-now';

/** The local day of a moment. */
export function dayOf(at: string): string {
  return new Date(at).toDateString();
}

export function DaySeparator({ at }: { at: string }) {
  const now = useNow();
  if (now === null) return null;
  return (
    <div className="flex items-center gap-3 pt-3 pb-1 text-hint text-muted">
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
      <time dateTime={at}>{dayWords(at, now)}</time>
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
    </div>
  );
}

const dayMs = 86_400_000;

function dayWords(at: string, nowMs: number): string {
  const when = new Date(at);
  if (dayOf(at) === new Date(nowMs).toDateString()) return 'Today';
  if (dayOf(at) === new Date(nowMs - dayMs).toDateString()) return 'Yesterday';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}
