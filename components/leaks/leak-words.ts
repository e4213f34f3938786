import { joinWords } from '@/components/ui/format';
import type { LeakAlert } from '@/lib/contracts/leaks';

/** "an AWS access key id", "a GitHub token". */
export function likeWords(pattern: string): string {
  return `${/^(?:[AEIOU]|npm\b)/.test(pattern) ? 'an' : 'a'} ${pattern}`;
}

/** "an AWS access key id and a GitHub token", each pattern once. */
export function likeAllWords(alerts: readonly LeakAlert[]): string {
  return joinWords([...new Set(alerts.map(({ pattern }) => pattern))].map(likeWords));
}

/** What became of it, which is what an operator needs to know first. */
export function fateWords({ callId }: LeakAlert): string {
  return callId === null
    ? 'It is in the recording. If it is real, replace it where it was issued.'
    : 'It was cut out of the answer before the agent got it.';
}

export function sourceWords({ callId }: LeakAlert): string {
  return callId === null ? 'in its terminal' : 'in the output of a tool';
}

/** Newest alert first, those of one run together. */
export function byRun(alerts: readonly LeakAlert[]): LeakAlert[][] {
  const runs = new Map<string, LeakAlert[]>();
  for (const alert of alerts.toSorted((a, b) => b.lastAt.localeCompare(a.lastAt)))
    runs.set(alert.runId, [...(runs.get(alert.runId) ?? []), alert]);
  return [...runs.values()];
}
