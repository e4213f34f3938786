'use client';

import { useQuery } from '@tanstack/react-query';
import { Blocks, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useCallback, useMemo, useState } from 'react';
import { connectorsQuery, pluginsQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useIsNarrow } from '@/components/ui/use-media';
import { useNow } from '@/components/ui/use-now';
import { useUrlState } from '@/components/ui/use-url-state';
import type { Plugin } from '@/lib/contracts/plugins';
import { matrixColumns, missingOf } from './capabilities';
import { MatrixLegend } from './cell-mark';
import type { PluginAct } from './plugin-acts';
import { PluginList } from './plugin-list';
import { PluginMatrix } from './plugin-matrix';
import { PluginPanel } from './plugin-panel';

const InstallDialog = dynamic(() => import('./install-dialog').then((module) => module.InstallDialog), { ssr: false });
const PluginActDialog = dynamic(() => import('./plugin-act-dialog').then((module) => module.PluginActDialog), {
  ssr: false,
});

export function PluginsPage() {
  const { can } = useMe();
  const narrow = useIsNarrow();
  const now = useNow();
  const url = useUrlState();
  const list = useQuery(pluginsQuery());
  const connectors = useQuery(connectorsQuery());
  const [installing, setInstalling] = useState(false);
  const [act, setAct] = useState<PluginAct | null>(null);
  const plugins = list.data;
  const columns = useMemo(() => matrixColumns(plugins ?? [], connectors.data ?? []), [plugins, connectors.data]);
  const asking = plugins?.filter((plugin) => missingOf(plugin, now).length > 0) ?? [];
  const wanted = url.get('plugin');
  const selected = plugins?.find(({ id }) => id === wanted) ?? asking[0] ?? plugins?.[0];
  const { set } = url;
  const select = useCallback((plugin: Plugin) => set({ plugin: plugin.id }), [set]);
  const canGrant = can('runs.control');
  const install = can('settings.manage') && (
    <Button tone="primary" onClick={() => setInstalling(true)}>
      <Icon of={Plus} size={14} /> Install…
    </Button>
  );
  const error = list.error ?? connectors.error;
  const ready = plugins && connectors.data;
  return (
    <>
      <PageHeader
        title="Plugins"
        summary={plugins && summaryWords(plugins.length, asking.length)}
        actions={plugins && plugins.length > 0 && install}
      />
      {!ready && !error && <SkeletonRows label="Loading plugins" />}
      {!ready && error && (
        <ErrorState
          title="The plugins could not be loaded"
          error={error}
          onRetry={() => void Promise.all([list.refetch(), connectors.refetch()])}
        />
      )}
      {ready && plugins.length === 0 && (
        <EmptyState icon={Blocks} title="No plugins yet" action={install}>
          A plugin is a folder with a <code>gatehouse.plugin.json</code>. What it may call is granted here, one
          connector at a time.
        </EmptyState>
      )}
      {ready && plugins.length > 0 && narrow && <PluginList plugins={plugins} />}
      {ready && plugins.length > 0 && !narrow && (
        <>
          <MatrixLegend />
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
            <PluginMatrix
              plugins={plugins}
              columns={columns}
              selectedId={selected?.id}
              canGrant={canGrant}
              onSelect={select}
              onAct={setAct}
            />
            {selected && <PluginPanel key={selected.id} plugin={selected} canGrant={canGrant} onAct={setAct} />}
          </div>
        </>
      )}
      {installing && <InstallDialog onClose={() => setInstalling(false)} />}
      {act && <PluginActDialog act={act} onClose={() => setAct(null)} />}
    </>
  );
}

function summaryWords(installed: number, asking: number): string {
  const words = `${formatCount(installed)} installed`;
  if (asking === 0) return words;
  return `${words}, ${formatCount(asking)} ${asking === 1 ? 'asks' : 'ask'} for more than ${asking === 1 ? 'it was' : 'they were'} granted`;
}
