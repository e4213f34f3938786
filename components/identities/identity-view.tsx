'use client';

import { Lock } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { AuditList } from '@/components/audit/audit-list';
import { LockBanner } from '@/components/locks/lock-banner';
import { Button } from '@/components/ui/button';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { LinkTabs } from '@/components/ui/tabs';
import { RelativeTime } from '@/components/ui/time';
import { useUrlState } from '@/components/ui/use-url-state';
import type { IdentityDetail } from '@/lib/contracts/identities';
import { IdentityCalls } from './identity-calls';
import { IdentityRuns } from './identity-runs';
import { identityHref } from './identity-words';
import { PrivilegesTab } from './privileges-tab';

const LockDialog = dynamic(() => import('@/components/locks/lock-dialog').then((module) => module.LockDialog), {
  ssr: false,
});

const tabs = [
  { id: 'privileges', label: 'Privileges' },
  { id: 'calls', label: 'Calls' },
  { id: 'runs', label: 'Runs' },
  { id: 'audit', label: 'Audit' },
] as const;

export function IdentityView({ identity }: { identity: IdentityDetail }) {
  const url = useUrlState();
  const tab = tabs.find(({ id }) => id === url.get('tab'))?.id ?? 'privileges';
  const [locking, setLocking] = useState(false);
  const { userId, aliases } = identity;
  const name = printable(userId);
  useEffect(() => {
    document.title = `${name} · Gatehouse`;
  }, [name]);
  const locked = useMemo(() => [userId, ...aliases].map((id) => ({ kind: 'user', id }) as const), [userId, aliases]);
  return (
    <>
      <header className="flex flex-col gap-1">
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
          <h1 className="min-w-0 break-words font-semibold text-title">{name}</h1>
          <span className="text-muted">on {printable(identity.platform)}</span>
          <Button className="ml-auto" onClick={() => setLocking(true)}>
            <Icon of={Lock} size={14} /> Lock user…
          </Button>
        </div>
        <Facts identity={identity} />
      </header>
      <LockBanner targets={locked} />
      <div className="mt-2 mb-3">
        <LinkTabs
          label="Parts of the identity"
          current={tab}
          items={tabs.map((each) => ({ ...each, href: `${identityHref(identity)}&tab=${each.id}` }))}
          onSelect={(id) => url.set({ tab: id })}
        />
      </div>
      {tab === 'privileges' && <PrivilegesTab identity={identity} />}
      {tab === 'calls' && <IdentityCalls identity={identity} />}
      {tab === 'runs' && <IdentityRuns identity={identity} />}
      {tab === 'audit' && <IdentityAudit identity={identity} />}
      {locking && <LockDialog target={{ kind: 'user', id: userId }} onClose={() => setLocking(false)} />}
    </>
  );
}

function Facts({ identity }: { identity: IdentityDetail }) {
  const { aliases, platform } = identity;
  return (
    <dl className="flex flex-wrap items-center gap-x-5 gap-y-1 text-muted">
      {aliases.length > 0 && (
        <Fact term={aliases.length === 1 ? 'alias' : 'aliases'}>
          {aliases.map((alias, index) => (
            <span key={alias}>
              {index > 0 && ', '}
              <Link
                prefetch={false}
                href={identityHref({ userId: alias, platform })}
                className="break-all text-text hover:underline"
              >
                {printable(alias)}
              </Link>
            </span>
          ))}
        </Fact>
      )}
      <Fact term="live">
        <span className="text-text">{plural(identity.liveRuns, 'run')}</span>
      </Fact>
      <Fact term="last seen">
        <RelativeTime at={identity.lastSeenAt} className="text-text" />
      </Fact>
      <Fact term="first seen">
        <RelativeTime at={identity.firstSeenAt} className="text-text" />
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline gap-1">
      <dt className="whitespace-nowrap">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function IdentityAudit({ identity: { platform, userId } }: { identity: IdentityDetail }) {
  const filter = useMemo(() => ({ target: `identity:${platform}:${userId}` }), [platform, userId]);
  return (
    <AuditList
      filter={filter}
      table="identity-audit"
      without={['target']}
      empty="None of its privileges were ever changed."
    />
  );
}
