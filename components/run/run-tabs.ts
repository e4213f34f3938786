import { hasTerminal, type Run } from '@/lib/contracts/runs';

export const runTabs = [
  'terminal',
  'session',
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
  session: 'Session',
  report: 'Report',
  calls: 'Calls',
  tokens: 'Tokens',
  credentials: 'Credentials',
  activity: 'Activity',
  recording: 'Recording',
  audit: 'Audit',
};

/** `credentials`: how many cloud sessions it has had. A run that was started here has a terminal and its recording; one of the relay says whose session it is, and one that runs elsewhere how to report to it. */
export function tabsOf(run: Run, credentials = 0): { id: RunTab; label: string; count?: number }[] {
  const fitting = runTabs.filter((tab) => fits(run, tab));
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

function fits(run: Run, tab: RunTab): boolean {
  switch (tab) {
    case 'terminal':
    case 'recording':
      return hasTerminal(run);
    case 'session':
      return run.kind === 'relay';
    case 'report':
      return run.kind === 'external';
    default:
      return true;
  }
}
