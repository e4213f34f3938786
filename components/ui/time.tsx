'use client';

import { formatDuration } from './format';
import { useNow } from './use-now';

interface TimeProps {
  at: string;
  className?: string;
}

/** "14 m ago"; the UTC time in its title. Empty until the browser's clock is known, so that hydration agrees. */
export function RelativeTime({ at, suffix = ' ago', className }: TimeProps & { suffix?: string }) {
  const now = useNow();
  const age = now === null ? null : now - Date.parse(at);
  return (
    <time dateTime={at} title={utcTitle(at)} className={className}>
      {age === null ? '' : age < 1000 && suffix ? 'now' : `${formatDuration(age)}${suffix}`}
    </time>
  );
}

/** Local time to the second, or to the millisecond; the UTC time in its title. */
export function ExactTime({
  at,
  precise = false,
  date = 'auto',
  className,
}: TimeProps & { precise?: boolean; date?: 'auto' | 'always' | 'never' }) {
  const now = useNow();
  return (
    <time dateTime={at} title={utcTitle(at)} className={className}>
      {now === null
        ? ''
        : formatLocal(new Date(at), { precise, withDate: date === 'always' || (date === 'auto' && !sameDay(at, now)) })}
    </time>
  );
}

function formatLocal(when: Date, { precise, withDate }: { precise: boolean; withDate: boolean }): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  const time = precise ? `${clock}.${String(when.getMilliseconds()).padStart(3, '0')}` : clock;
  if (!withDate) return time;
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`;
}

function sameDay(at: string, now: number): boolean {
  return new Date(at).toDateString() === new Date(now).toDateString();
}

function utcTitle(at: string): string {
  return at.replace('T', ' ').replace('Z', ' UTC');
}
