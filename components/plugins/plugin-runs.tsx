'use client';

import { useMemo } from 'react';
import { RunsOf } from '@/components/runs/runs-of';

const empty = { title: 'No run has used this plugin yet' };

export function PluginRuns({ pluginId }: { pluginId: string }) {
  const filter = useMemo(() => ({ pluginId }), [pluginId]);
  return <RunsOf filter={filter} table="plugin-runs" label="Runs under the plugin" empty={empty} />;
}
