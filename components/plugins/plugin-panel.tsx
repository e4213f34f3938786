'use client';

import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { joinWords } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { useNow } from '@/components/ui/use-now';
import type { Plugin } from '@/lib/contracts/plugins';
import { capabilitiesOf, missingOf } from './capabilities';
import { CapabilityRow } from './capability-row';
import type { PluginAct } from './plugin-acts';
import { PluginFacts } from './plugin-facts';
import { TierBadge } from './tier-badge';

interface PluginPanelProps {
  plugin: Plugin;
  canGrant: boolean;
  onAct: (act: PluginAct) => void;
}

/** The chosen plugin beside the matrix: what it asks for, what it was granted, and where it came from. */
export function PluginPanel({ plugin, canGrant, onAct }: PluginPanelProps) {
  const now = useNow();
  const capabilities = capabilitiesOf(plugin, now);
  const missing = missingOf(plugin, now);
  return (
    <aside
      aria-label={`Plugin ${printable(plugin.name)}`}
      className="flex flex-col gap-3 self-start rounded-lg border border-line bg-panel p-4"
    >
      <div className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
        <h2 className="min-w-0 font-semibold text-[15px] leading-5">
          <Link href={`/plugins/${plugin.id}`} className="break-words hover:underline">
            {printable(plugin.name)}
          </Link>
        </h2>
        <span className="text-muted">{printable(plugin.version)}</span>
        <TierBadge tier={plugin.tier} />
      </div>
      {plugin.description && (
        <p className="line-clamp-3 break-words text-muted" title={printable(plugin.description)}>
          {printable(plugin.description)}
        </p>
      )}
      <AskedFor missing={missing} />
      {capabilities.length > 0 && (
        <ul aria-label="Capabilities">
          {capabilities.map((capability) => (
            <CapabilityRow
              key={capability}
              plugin={plugin}
              capability={capability}
              nowMs={now}
              canGrant={canGrant}
              onAct={onAct}
            />
          ))}
        </ul>
      )}
      {canGrant && missing.length > 1 && (
        <Button onClick={() => onAct({ kind: 'grant', plugin, capabilities: missing })} className="self-start">
          Grant what it asks for…
        </Button>
      )}
      <PluginFacts plugin={plugin} />
      <Link href={`/plugins/${plugin.id}`} className="self-start text-info hover:underline">
        Its runs, its record and its tier
      </Link>
    </aside>
  );
}

function AskedFor({ missing }: { missing: readonly string[] }) {
  if (missing.length === 0) return null;
  const shown = missing.slice(0, 4).map((each) => printable(each));
  const rest = missing.length - shown.length;
  return (
    <p className="text-muted">
      Asks for <span className="text-text">{joinWords(rest > 0 ? [...shown, `${rest} more`] : shown)}</span>, not
      granted.
    </p>
  );
}
