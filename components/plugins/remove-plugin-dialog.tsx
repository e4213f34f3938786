'use client';

import { useQueryClient } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { callRoute } from '@/components/api/client';
import { patchPlugin } from '@/components/live/patch-trust';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { Plugin } from '@/lib/contracts/plugins';

export function RemovePluginDialog({ plugin, onClose }: { plugin: Plugin; onClose: () => void }) {
  const client = useQueryClient();
  const router = useRouter();
  const pathname = usePathname();
  const toast = useToast();
  const name = printable(plugin.name);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${name}?`}
      action="Remove the plugin"
      onConfirm={async () => {
        await callRoute('plugins.remove', { params: { id: plugin.id } });
        toast.show(`Removed ${name}.`);
        if (pathname !== '/plugins') router.push('/plugins');
        patchPlugin(client, plugin.id, null);
      }}
    >
      <p>
        Its grants go with it, and no run starts under it any more. Its folder stays where it is: it can be installed
        again.
      </p>
      {plugin.liveRuns > 0 && (
        <p className="mt-2 font-medium text-text">
          {plural(plugin.liveRuns, 'live run')} under it {plugin.liveRuns === 1 ? 'has its' : 'have their'} next call
          refused.
        </p>
      )}
    </ConfirmDialog>
  );
}
