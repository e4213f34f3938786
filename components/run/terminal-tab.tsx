'use client';

import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { EmptyState } from '@/components/ui/empty-state';
import { StatusDot } from '@/components/ui/status-dot';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';

const frameStyles = 'h-[56dvh] min-h-80 md:h-auto md:flex-1';

const LastScreen = dynamic(() => import('@/components/recording/last-screen').then((module) => module.LastScreen), {
  ssr: false,
});
const RunTerminal = dynamic(() => import('@/components/terminal/run-terminal').then((module) => module.RunTerminal), {
  ssr: false,
  loading: () => (
    <div role="status" aria-label="Loading the terminal" className={cn('rounded-lg bg-terminal', frameStyles)} />
  ),
});

interface TerminalTabProps {
  run: Run;
  hidden: boolean;
  onWatching: (names: readonly string[]) => void;
  onOpenRecording: () => void;
}

export function TerminalTab({ run, hidden, onWatching, onOpenRecording }: TerminalTabProps) {
  // Decided once: a terminal that was watched while it lived keeps its last screen after the end.
  const [wasLive] = useState(() => isLiveRun(run.status));
  const recording = (
    <Button size="small" onClick={onOpenRecording}>
      Open the recording
    </Button>
  );
  if (!wasLive) return hidden ? null : <ClosedTerminal run={run}>{recording}</ClosedTerminal>;
  return (
    <RunTerminal
      runId={run.id}
      onWatching={onWatching}
      afterEnd={recording}
      className={cn(frameStyles, hidden && 'hidden')}
    />
  );
}

const lastScreenAtMostBytes = 8_000_000;

/** After the end: the last screen, where the operator may see it and it need not be dug out of a long recording. */
function ClosedTerminal({ run, children }: { run: Run; children: ReactNode }) {
  const { can } = useMe();
  const bytes = run.recording?.bytes ?? 0;
  if (!can('recordings.read') || bytes === 0 || bytes > lastScreenAtMostBytes) {
    return (
      <EmptyState title="The terminal is closed" action={children}>
        The run has ended. Everything its terminal showed is in the recording.
      </EmptyState>
    );
  }
  return (
    <section
      aria-label="Last screen"
      className={cn('flex flex-col overflow-hidden rounded-lg border border-line bg-terminal', frameStyles)}
    >
      <div className="flex min-h-10 items-center gap-3 border-line border-b bg-panel px-3 py-1">
        <StatusDot tone="hollow">Ended</StatusDot>
        <p className="mr-auto text-muted">This is its last screen.</p>
        {children}
      </div>
      <div className="relative min-h-0 flex-1">
        <LastScreen runId={run.id} />
      </div>
    </section>
  );
}
