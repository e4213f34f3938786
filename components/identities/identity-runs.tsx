'use client';

import { useMemo } from 'react';
import type { Who } from '@/components/api/identity-queries';
import { RunsOf } from '@/components/runs/runs-of';

const empty = {
  title: 'No run was for this user',
  children: 'Calls made for it by the runs of others are under Calls.',
};

export function IdentityRuns({ identity: { userId, platform } }: { identity: Who }) {
  const filter = useMemo(() => ({ userId, platform }), [userId, platform]);
  return <RunsOf filter={filter} table="identity-runs" label="Runs of the identity" empty={empty} />;
}
