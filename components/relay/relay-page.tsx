'use client';

import { useMe } from '@/components/api/use-me';
import { PageHeader } from '@/components/ui/page-header';
import { LinkTabs } from '@/components/ui/tabs';
import { useUrlState } from '@/components/ui/use-url-state';
import { InstancesSection } from './instances-section';
import { PlatformsSection } from './platforms-section';
import { UpstreamsSection } from './upstreams-section';

const sections = [
  { id: 'instances', label: 'Instances' },
  { id: 'platforms', label: 'Platforms' },
  { id: 'upstreams', label: 'Upstreams' },
] as const;

const about: Record<(typeof sections)[number]['id'], string> = {
  instances: 'Agent gateways that dial in here',
  platforms: 'Chat platforms this server talks to, for the gateways behind it',
  upstreams: 'Connectors this server dials out to, as a gateway',
};

export function RelayPage() {
  const url = useUrlState();
  const { can } = useMe();
  // Its commands are an admin's business, and the server tells nobody else.
  const shown = sections.filter(({ id }) => id !== 'upstreams' || can('settings.manage'));
  const section = shown.find(({ id }) => id === url.get('section'))?.id ?? 'instances';
  return (
    <>
      <PageHeader title="Relay" summary={about[section]} />
      <div className="mt-1.5 mb-2">
        <LinkTabs
          label="Parts of the relay"
          current={section}
          items={shown.map((each) => ({ ...each, href: `/relay?section=${each.id}` }))}
          onSelect={(id) => url.go(id === 'instances' ? '' : `section=${id}`)}
        />
      </div>
      {section === 'instances' && <InstancesSection />}
      {section === 'platforms' && <PlatformsSection />}
      {section === 'upstreams' && <UpstreamsSection />}
    </>
  );
}
