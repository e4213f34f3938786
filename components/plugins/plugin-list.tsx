'use client';

import Link from 'next/link';
import { plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot } from '@/components/ui/status-dot';
import { useNow } from '@/components/ui/use-now';
import type { Plugin } from '@/lib/contracts/plugins';
import { missingOf } from './capabilities';
import { TierBadge } from './tier-badge';

/** The plugins on a phone: each opens to its capabilities as rows. */
export function PluginList({ plugins }: { plugins: readonly Plugin[] }) {
  const now = useNow();
  return (
    <ul aria-label="Plugins" className="mt-2 border-line border-t">
      {plugins.map((plugin) => {
        const missing = missingOf(plugin, now).length;
        return (
          <li key={plugin.id} className="border-line border-b">
            <Link href={`/plugins/${plugin.id}`} className="flex min-h-14 flex-col justify-center gap-0.5 px-1 py-2">
              <span className="flex items-center gap-2">
                <Dot tone={missing > 0 ? 'wait' : plugin.liveRuns > 0 ? 'live' : 'hollow'} />
                <span className="min-w-0 flex-1 truncate font-medium">
                  {printable(plugin.name)} <span className="font-normal text-muted">{printable(plugin.version)}</span>
                </span>
                <TierBadge tier={plugin.tier} />
              </span>
              <span className="truncate pl-[15px] text-muted">
                {missing > 0 && <span className="text-wait">{missing} asked for, not granted · </span>}
                {plugin.tier === 'restricted' ? `${plugin.grants.length} granted` : 'every connector'} ·{' '}
                {plural(plugin.liveRuns, 'live run')}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
