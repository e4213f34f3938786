'use client';

import { useMemo } from 'react';
import { RunsOf } from '@/components/runs/runs-of';

/** Each session of an author with the gateway is a run. */
export function InstanceRuns({ instanceId }: { instanceId: string }) {
  const filter = useMemo(() => ({ kind: 'relay', tag: `relay.instance:${instanceId}` }) as const, [instanceId]);
  return (
    <RunsOf
      filter={filter}
      table="relay-runs"
      label="Runs of this instance"
      empty={{ title: 'No run of this instance yet', children: 'A person who writes to it starts one.' }}
    />
  );
}
