'use client';

import dynamic from 'next/dynamic';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { AuditList } from '@/components/audit/audit-list';
import { cn } from '@/components/ui/cn';
import { printable } from '@/components/ui/printable';
import { LinkTabs } from '@/components/ui/tabs';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useUrlState } from '@/components/ui/use-url-state';
import type { RelayInstanceDetail } from '@/lib/contracts/relay';
import { Conversation } from './conversation';
import { DenialsTab } from './denials-tab';
import { DisabledNote } from './disabled-note';
import { InstanceHeader, InstanceRevokeBar } from './instance-header';
import { InstanceRuns } from './instance-runs';
import { PeopleTab } from './people-tab';

const RevokeDialog = dynamic(() => import('./revoke-instance-dialog').then((module) => module.RevokeInstanceDialog), {
  ssr: false,
});
const RotateDialog = dynamic(() => import('./rotate-dialog').then((module) => module.RotateDialog), { ssr: false });
const LinkCodeDialog = dynamic(() => import('./link-code-dialog').then((module) => module.LinkCodeDialog), {
  ssr: false,
});

const tabs = [
  { id: 'conversation', label: 'Conversation' },
  { id: 'people', label: 'People' },
  { id: 'denials', label: 'Denials' },
  { id: 'runs', label: 'Runs' },
  { id: 'record', label: 'Record' },
] as const;

export function InstanceView({ instance }: { instance: RelayInstanceDetail }) {
  const url = useUrlState();
  const { can } = useMe();
  const tab = tabs.find(({ id }) => id === url.get('tab'))?.id ?? 'conversation';
  const [act, setAct] = useState<'revoke' | 'rotate' | 'link' | null>(null);
  const close = () => setAct(null);
  const name = printable(instance.gatewayId);
  const enabled = instance.status !== 'disabled';
  const canControl = enabled && can('runs.control');
  useHotkeys({ 'shift+r': () => canControl && setAct('revoke') });
  useEffect(() => {
    document.title = `${name} · Gatehouse`;
  }, [name]);
  const acts = {
    onRevoke: canControl ? () => setAct('revoke') : undefined,
    onLink: canControl ? () => setAct('link') : undefined,
    onRotate: enabled && can('settings.manage') ? () => setAct('rotate') : undefined,
  };
  const counts = { people: instance.bindings, denials: instance.denials.length };
  return (
    <div className={cn('flex flex-col', tab === 'conversation' && 'md:h-full')}>
      <InstanceHeader instance={instance} {...acts} />
      {!enabled && <DisabledNote instance={instance} />}
      <div className="mt-2 mb-3">
        <LinkTabs
          label="Parts of the instance"
          current={tab}
          items={tabs.map((each) => ({
            ...each,
            href: `/relay/${encodeURIComponent(instance.id)}?tab=${each.id}`,
            ...((each.id === 'people' || each.id === 'denials') && counts[each.id] > 0 && { count: counts[each.id] }),
          }))}
          onSelect={(id) => url.set({ tab: id })}
        />
      </div>
      {tab === 'conversation' && <Conversation instance={instance} />}
      {tab === 'people' && <PeopleTab instance={instance} onLink={acts.onLink} />}
      {tab === 'denials' && <DenialsTab instance={instance} />}
      {tab === 'runs' && <InstanceRuns instanceId={instance.id} />}
      {tab === 'record' && <InstanceRecord instanceId={instance.id} />}
      <InstanceRevokeBar {...acts} />
      {act === 'revoke' && <RevokeDialog instance={instance} onClose={close} />}
      {act === 'rotate' && <RotateDialog instance={instance} onClose={close} />}
      {act === 'link' && <LinkCodeDialog instance={instance} onClose={close} />}
    </div>
  );
}

function InstanceRecord({ instanceId }: { instanceId: string }) {
  const filter = useMemo(() => ({ target: instanceId }), [instanceId]);
  return (
    <AuditList
      filter={filter}
      table="relay-record"
      without={['target']}
      empty="Nothing is on the record about this instance yet."
    />
  );
}
