/** Which plugins may call a connector now, and through what: their tier, all connectors, or this one by name. */
import type { z } from 'zod';
import type { connectorAccess } from '@/lib/contracts/connectors';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';

export async function pluginsWithAccess(
  id: string,
  { db, clock }: { db: Database; clock: Clock },
): Promise<z.infer<typeof connectorAccess>> {
  const named = `connector:${id}`;
  const rows = await db.plugin.findMany({
    where: { removedAt: null },
    include: {
      grants: {
        where: {
          capability: { in: ['connector', named] },
          OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(clock.now()) } }],
        },
      },
    },
    orderBy: { id: 'asc' },
  });
  return {
    plugins: rows.flatMap(({ id: pluginId, name, tier, grants }) => {
      const via = viaOf(tier, new Set(grants.map(({ capability }) => capability)), named);
      return via ? [{ id: pluginId, name, via }] : [];
    }),
  };
}

function viaOf(tier: string, granted: ReadonlySet<string>, named: string): 'tier' | 'connector' | 'grant' | undefined {
  if (tier === 'bundled' || tier === 'trusted') return 'tier';
  if (granted.has('connector')) return 'connector';
  return granted.has(named) ? 'grant' : undefined;
}
