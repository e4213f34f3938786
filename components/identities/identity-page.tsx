'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { hasErrorCode } from '@/components/api/api-error';
import { identityQuery, type Who } from '@/components/api/identity-queries';
import { AdminsOnly } from '@/components/settings/admins-only';
import { buttonStyles } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { IdentityView } from './identity-view';

export function IdentityPage(who: Who) {
  return (
    <AdminsOnly what="the identities">
      <LoadedIdentity {...who} />
    </AdminsOnly>
  );
}

function LoadedIdentity(who: Who) {
  const { data: identity, error, refetch } = useQuery(identityQuery(who));
  if (identity) return <IdentityView key={`${identity.platform} ${identity.userId}`} identity={identity} />;
  if (hasErrorCode(error, 'IDENTITY_NOT_FOUND')) {
    return (
      <EmptyState
        icon={SearchX}
        title="Nobody has named this principal yet"
        action={
          <Link href="/identities" className={buttonStyles()}>
            Go to the identities
          </Link>
        }
      >
        No run, record, call or grant was for{' '}
        <code className="break-all">
          {printable(who.userId)} on {printable(who.platform)}
        </code>
        .
      </EmptyState>
    );
  }
  if (error)
    return <ErrorState title="The identity could not be loaded" error={error} onRetry={() => void refetch()} />;
  return <SkeletonRows label="Loading the identity" />;
}
