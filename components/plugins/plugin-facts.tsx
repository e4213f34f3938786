'use client';

import type { ReactNode } from 'react';
import { CopyId } from '@/components/ui/copy-button';
import { printable } from '@/components/ui/printable';
import { RelativeTime } from '@/components/ui/time';
import type { Plugin } from '@/lib/contracts/plugins';

/** Where a plugin came from, and the digest that says exactly which files it is. */
export function PluginFacts({ plugin }: { plugin: Plugin }) {
  return (
    <dl className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-2 gap-y-1.5 text-hint">
      <Fact term="Id">
        <CopyId id={plugin.id} full />
      </Fact>
      <Fact term="Source">
        <code className="break-all">{printable(plugin.source)}</code>
      </Fact>
      <Fact term="Digest">
        <CopyId id={plugin.digest} />
      </Fact>
      <Fact term="Installed">
        by {printable(plugin.installedBy)}, <RelativeTime at={plugin.installedAt} />
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
