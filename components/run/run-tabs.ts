import { hasTerminal, type Run } from '@/lib/contracts/runs';

export const runTabs = [
  'terminal',
  'report',
  'calls',
  'tokens',
  'credentials',
  'activity',
  'recording',
  'audit',
] as const;
export type RunTab = (typeof runTabs)[number];

const labels: Record<RunTab, string> = {
  terminal: 'Terminal',
  report: 'Report',
  calls: 'Calls',
  tokens: 'Tokens',
  credentials: 'Credentials',
  activity: 'Activity',
  recording: 'Recording',
  audit: 'Audit',
};

/** `credentials`: how many cloud sessions it has had. A run that was started here has a terminal and its recording; one that runs elsewhere says how to report to it. */
export function tabsOf(run: Run, credentials = 0): { id: RunTab; label: string; count?: number }[] {
  const fitting = runTabs.filter((tab) =>
    hasTerminal(run) ? tab !== 'report' : tab !== 'terminal' && tab !== 'recording',
  );
  const counts: Partial<Record<RunTab, number>> = {
    calls: run.counts.toolCalls,
    tokens: run.counts.tokens,
    credentials,
  };
  return fitting.map((id) => ({ id, label: labels[id], ...(counts[id] && { count: counts[id] }) }));
}

export function tabOf(run: Run, wanted: string | undefined): RunTab {
  const tabs = tabsOf(run);
  return tabs.find(({ id }) => id === wanted)?.id ?? tabs[0]?.id ?? 'tokens';
}
