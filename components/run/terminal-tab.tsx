'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { EmptyState } from '@/components/ui/empty-state';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';

const frameStyles = 'h-[68dvh] min-h-80 md:h-auto md:flex-1';

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
    <Button size={wasLive ? 'small' : 'normal'} onClick={onOpenRecording}>
      Open the recording
    </Button>
  );
  if (!wasLive) {
    return hidden ? null : (
      <EmptyState title="The terminal is closed" action={recording}>
        The run has ended. Everything its terminal showed is in the recording.
      </EmptyState>
    );
  }
  return (
    <RunTerminal
      runId={run.id}
      onWatching={onWatching}
      afterEnd={recording}
      className={cn(frameStyles, hidden && 'hidden')}
    />
  );
}
