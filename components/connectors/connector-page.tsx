'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { hasErrorCode } from '@/components/api/api-error';
import { connectorQuery } from '@/components/api/trust-queries';
import { buttonStyles } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { SkeletonRows } from '@/components/ui/skeleton';
import { ConnectorView } from './connector-view';

export function ConnectorPage({ id }: { id: string }) {
  const { data: connector, error, refetch } = useQuery(connectorQuery(id));
  if (hasErrorCode(error, 'CONNECTOR_NOT_FOUND')) {
    return (
      <EmptyState
        icon={SearchX}
        title="There is no such connector"
        action={
          <Link href="/connectors" className={buttonStyles()}>
            Go to the connectors
          </Link>
        }
      >
        No connector has the id <code className="break-all">{id}</code>, or it was removed.
      </EmptyState>
    );
  }
  if (connector) return <ConnectorView key={connector.id} connector={connector} />;
  if (error)
    return <ErrorState title="The connector could not be loaded" error={error} onRetry={() => void refetch()} />;
  return <SkeletonRows label="Loading the connector" />;
}
