'use client';

import { useEffect, useMemo } from 'react';
import { queryKeys } from '@/components/api/queries';
import { AuditList } from '@/components/audit/audit-list';
import { LockBanner } from '@/components/locks/lock-banner';
import { printable } from '@/components/ui/printable';
import { LinkTabs } from '@/components/ui/tabs';
import { useUrlState } from '@/components/ui/use-url-state';
import type { Connector } from '@/lib/contracts/connectors';
import { AccessTab } from './access-tab';
import { ConnectorHeader } from './connector-header';
import { HealthTab } from './health-tab';
import { QueueTab } from './queue-tab';
import { ToolsTab } from './tools-tab';
import { useConnectorHealth } from './use-connector-health';

const everyTab = [
  { id: 'tools', label: 'Tools' },
  { id: 'queue', label: 'Queue' },
  { id: 'access', label: 'Who may call' },
  { id: 'health', label: 'Health' },
  { id: 'audit', label: 'Audit' },
] as const;

export function ConnectorView({ connector }: { connector: Connector }) {
  const url = useUrlState();
  // Of the tools service alone.
  const tabs = everyTab.filter(({ id }) => id !== 'queue' || connector.service !== null);
  const tab = tabs.find(({ id }) => id === url.get('tab'))?.id ?? 'tools';
  const name = printable(connector.name);
  useConnectorHealth(queryKeys.connector(connector.id), connector.id);
  useEffect(() => {
    document.title = `${name} · Gatehouse`;
  }, [name]);
  const locked = useMemo(() => [{ kind: 'connector', id: connector.id } as const], [connector.id]);
  return (
    <>
      <ConnectorHeader connector={connector} />
      <LockBanner targets={locked} />
      <div className="mt-2 mb-3">
        <LinkTabs
          label="Parts of the connector"
          current={tab}
          items={tabs.map((each) => ({
            ...each,
            href: `/connectors/${connector.id}?tab=${each.id}`,
            ...(each.id === 'tools' && { count: connector.tools.length }),
          }))}
          onSelect={(id) => url.set({ tab: id })}
        />
      </div>
      {tab === 'tools' && <ToolsTab connector={connector} />}
      {tab === 'queue' && <QueueTab />}
      {tab === 'access' && <AccessTab connectorId={connector.id} />}
      {tab === 'health' && <HealthTab connector={connector} />}
      {tab === 'audit' && <ConnectorAudit connectorId={connector.id} />}
    </>
  );
}

function ConnectorAudit({ connectorId }: { connectorId: string }) {
  const filter = useMemo(() => ({ target: `connector:${connectorId}` }), [connectorId]);
  return (
    <AuditList
      filter={filter}
      table="connector-audit"
      without={['target']}
      empty="Nothing is on the record about this connector yet."
    />
  );
}
