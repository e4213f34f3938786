'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { hasErrorCode } from '@/components/api/api-error';
import { pluginQuery } from '@/components/api/queries';
import { buttonStyles } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { SkeletonRows } from '@/components/ui/skeleton';
import { PluginView } from './plugin-view';

export function PluginPage({ id }: { id: string }) {
  const { data: plugin, error, refetch } = useQuery(pluginQuery(id));
  if (hasErrorCode(error, 'PLUGIN_NOT_FOUND')) {
    return (
      <EmptyState
        icon={SearchX}
        title="There is no such plugin"
        action={
          <Link href="/plugins" className={buttonStyles()}>
            Go to the plugins
          </Link>
        }
      >
        No plugin has the id <code className="break-all">{id}</code>, or it was removed.
      </EmptyState>
    );
  }
  if (plugin) return <PluginView key={plugin.id} plugin={plugin} />;
  if (error) return <ErrorState title="The plugin could not be loaded" error={error} onRetry={() => void refetch()} />;
  return <SkeletonRows label="Loading the plugin" />;
}
