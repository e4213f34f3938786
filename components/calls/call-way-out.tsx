'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useState } from 'react';
import { pluginQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { identityHref } from '@/components/identities/identity-words';
import { Button, buttonStyles } from '@/components/ui/button';
import { printable } from '@/components/ui/printable';
import type { ToolCall } from '@/lib/contracts/calls';
import { missingGrant, missingPrivilege } from './call-words';

const GrantDialog = dynamic(() => import('@/components/plugins/grant-dialog').then((module) => module.GrantDialog), {
  ssr: false,
});

/** What to do next about a call that waits or was refused. */
export function CallWayOut({ call }: { call: ToolCall }) {
  const { can } = useMe();
  const missing = missingGrant(call);
  if (call.status === 'held' && call.approvalId) {
    return (
      <Link
        prefetch={false}
        href={`/approvals/${call.approvalId}`}
        className={buttonStyles({ tone: can('runs.control') ? 'primary' : 'plain', className: 'self-start' })}
      >
        {can('runs.control') ? 'Decide' : 'Open the approval'}
      </Link>
    );
  }
  if (missing) return <GrantWayOut {...missing} />;
  const needed = missingPrivilege(call);
  if (needed) return <PrivilegeWayOut {...needed} />;
  if (call.code === 'LOCKED') {
    return (
      <Link prefetch={false} href="/settings/locks" className="self-start text-info underline">
        See the locks
      </Link>
    );
  }
  return null;
}

function PrivilegeWayOut({ privilege, ...who }: { privilege: string; userId: string; platform: string }) {
  const { can } = useMe();
  if (!can('settings.manage')) return <p className="text-muted">An admin can grant {privilege}.</p>;
  return (
    <Link
      prefetch={false}
      href={identityHref(who)}
      className={buttonStyles({ tone: 'primary', className: 'self-start' })}
    >
      See what {printable(who.userId)} holds
    </Link>
  );
}

function GrantWayOut({ pluginId, capability }: { pluginId: string; capability: string }) {
  const { can } = useMe();
  const { data: plugin } = useQuery(pluginQuery(pluginId));
  const [granting, setGranting] = useState(false);
  if (!plugin) return null;
  const now = plugin.capabilitiesGranted.includes(capability) || plugin.tier !== 'restricted';
  if (now) {
    return (
      <p role="status" className="text-muted">
        {plugin.tier === 'restricted' ? (
          <>
            <code>{printable(capability)}</code> has been granted since.
          </>
        ) : (
          `The plugin is ${plugin.tier} now.`
        )}{' '}
        Its next call passes this step.
      </p>
    );
  }
  if (!can('runs.control')) return <p className="text-muted">Operators and admins can grant it.</p>;
  return (
    <>
      <Button tone="primary" className="self-start" onClick={() => setGranting(true)}>
        Grant {printable(capability)}…
      </Button>
      {granting && <GrantDialog plugin={plugin} capabilities={[capability]} onClose={() => setGranting(false)} />}
    </>
  );
}
