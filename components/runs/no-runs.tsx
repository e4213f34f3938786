import { Activity } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { DemoWords, StartDemo } from './start-demo';

interface NoRunsProps {
  filtered: boolean;
  canStart: boolean;
  onStart: () => void;
  onClear: () => void;
}
export function NoRuns({ filtered, canStart, onStart, onClear }: NoRunsProps) {
  if (filtered) {
    return (
      <EmptyState
        icon={Activity}
        title="No run fits these filters"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      >
        Runs that start later and fit appear here by themselves.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Activity}
      title="No runs yet"
      action={
        canStart && (
          <>
            <StartDemo />
            <Button onClick={onStart}>Start the first run</Button>
          </>
        )
      }
    >
      A run is one agent at work: a command in a terminal you can watch, or an agent elsewhere that holds a tool token.
      {canStart && <DemoWords />}
    </EmptyState>
  );
}
