'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect, useMemo, useState } from 'react';
import { connectorsQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { AuditList } from '@/components/audit/audit-list';
import { LockBanner } from '@/components/locks/lock-banner';
import { Button } from '@/components/ui/button';
import { plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { LinkTabs } from '@/components/ui/tabs';
import { useNow } from '@/components/ui/use-now';
import { useUrlState } from '@/components/ui/use-url-state';
import type { Plugin } from '@/lib/contracts/plugins';
import { capabilitiesOf, grantable, missingOf } from './capabilities';
import { CapabilityRow } from './capability-row';
import type { PluginAct } from './plugin-acts';
import { PluginFacts } from './plugin-facts';
import { PluginRuns } from './plugin-runs';
import { TierBadge } from './tier-badge';

const PluginActDialog = dynamic(() => import('./plugin-act-dialog').then((module) => module.PluginActDialog), {
  ssr: false,
});

const tabs = [
  { id: 'capabilities', label: 'Capabilities' },
  { id: 'runs', label: 'Runs' },
  { id: 'audit', label: 'Audit' },
] as const;

export function PluginView({ plugin }: { plugin: Plugin }) {
  const { can } = useMe();
  const url = useUrlState();
  const [act, setAct] = useState<PluginAct | null>(null);
  const tab = tabs.find(({ id }) => id === url.get('tab'))?.id ?? 'capabilities';
  const name = printable(plugin.name);
  useEffect(() => {
    document.title = `${name} · Gatehouse`;
  }, [name]);
  const locked = useMemo(() => [{ kind: 'plugin', id: plugin.id } as const], [plugin.id]);
  return (
    <>
      <header className="flex flex-col gap-1">
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
          <h1 className="min-w-0 break-words font-semibold text-title">{name}</h1>
          <span className="text-muted">{printable(plugin.version)}</span>
          <TierBadge tier={plugin.tier} />
          <span className="text-muted">{plural(plugin.liveRuns, 'live run')}</span>
          {can('settings.manage') && (
            <div className="ml-auto flex items-center gap-2">
              <Button onClick={() => setAct({ kind: 'tier', plugin })}>Change tier…</Button>
              {plugin.source !== 'bundled' && (
                <Button tone="stop-outline" onClick={() => setAct({ kind: 'remove', plugin })}>
                  Remove…
                </Button>
              )}
            </div>
          )}
        </div>
        {plugin.description && <p className="max-w-[96ch] break-words text-muted">{printable(plugin.description)}</p>}
      </header>
      <LockBanner targets={locked} />
      <div className="mt-2 mb-3">
        <LinkTabs
          label="Parts of the plugin"
          current={tab}
          items={tabs.map((each) => ({ ...each, href: `/plugins/${plugin.id}?tab=${each.id}` }))}
          onSelect={(id) => url.set({ tab: id })}
        />
      </div>
      {tab === 'capabilities' && <Capabilities plugin={plugin} onAct={setAct} />}
      {tab === 'runs' && <PluginRuns pluginId={plugin.id} />}
      {tab === 'audit' && <PluginAudit pluginId={plugin.id} />}
      {act && <PluginActDialog act={act} onClose={() => setAct(null)} />}
    </>
  );
}

function Capabilities({ plugin, onAct }: { plugin: Plugin; onAct: (act: PluginAct) => void }) {
  const { can } = useMe();
  const now = useNow();
  const connectors = useQuery(connectorsQuery());
  const canGrant = can('runs.control');
  const capabilities = capabilitiesOf(plugin, now);
  const missing = missingOf(plugin, now);
  const others = grantable(plugin, connectors.data?.map(({ id }) => id) ?? [], now);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
      <section aria-label="Capabilities">
        {capabilities.length === 0 && (
          <p className="py-2 text-muted">It asks for no capability, and none was granted to it.</p>
        )}
        <ul className="border-line border-t">
          {capabilities.map((capability) => (
            <CapabilityRow
              key={capability}
              plugin={plugin}
              capability={capability}
              nowMs={now}
              canGrant={canGrant}
              onAct={onAct}
            />
          ))}
        </ul>
        {canGrant && (
          <div className="flex flex-wrap gap-2 pt-3">
            {missing.length > 1 && (
              <Button tone="primary" onClick={() => onAct({ kind: 'grant', plugin, capabilities: missing })}>
                Grant what it asks for…
              </Button>
            )}
            {others.length > 0 && (
              <Button onClick={() => onAct({ kind: 'grant', plugin, capabilities: others, preselected: [] })}>
                Grant another…
              </Button>
            )}
          </div>
        )}
      </section>
      <aside aria-label="Where it came from" className="rounded-lg border border-line bg-panel p-4">
        <PluginFacts plugin={plugin} />
      </aside>
    </div>
  );
}

function PluginAudit({ pluginId }: { pluginId: string }) {
  const filter = useMemo(() => ({ target: `plugin:${pluginId}` }), [pluginId]);
  return (
    <AuditList
      filter={filter}
      table="plugin-audit"
      without={['target']}
      empty="Nothing is on the record about this plugin yet."
    />
  );
}
