import { CloudCog } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

interface NoCredentialsProps {
  status: 'active' | 'ended' | 'all';
  filtered: boolean;
  onClear: () => void;
  onAll: () => void;
  create: ReactNode;
}

/** Says how to get the first session, or why none is shown. */
export function NoCredentials({ status, filtered, onClear, onAll, create }: NoCredentialsProps) {
  if (filtered)
    return (
      <EmptyState
        icon={CloudCog}
        title="No session fits these filters"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      />
    );
  if (status === 'ended') return <EmptyState icon={CloudCog} title="No session has ended yet" />;
  return (
    <EmptyState
      icon={CloudCog}
      title={status === 'active' ? 'No run has access to a cloud now' : 'No cloud session yet'}
      action={
        <>
          {create}
          {status === 'active' && <Button onClick={onAll}>Show the ended ones</Button>}
        </>
      }
    >
      <p>
        A session gives a run one principal of one cloud, what it may do there, and an end. The agent's own SDK finds
        it; no key is written anywhere.
      </p>
      <pre className="mt-3 overflow-x-auto rounded-md border border-line bg-sunk px-3 py-2 text-left text-text">
        {"gatehouse run --ttl 15m --allow s3:GetObject \\\n  --resource 'arn:aws:s3:::b/*' -- <command>"}
      </pre>
    </EmptyState>
  );
}
