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
  const rows = await withGrants(['connector', named], { db, clock });
  return {
    plugins: rows.flatMap(({ id: pluginId, name, tier, grants }) => {
      const via = viaOf(tier, new Set(grants.map(({ capability }) => capability)), named);
      return via ? [{ id: pluginId, name, via }] : [];
    }),
  };
}

/** Of the tools service: which plugins were granted something that one of its tools asks for. */
export async function pluginsWithCapabilities(
  capabilities: readonly string[],
  from: { db: Database; clock: Clock },
): Promise<z.infer<typeof connectorAccess>> {
  const rows = await withGrants([...new Set(capabilities)], from);
  return {
    plugins: rows.flatMap(({ id, name, grants }) => {
      const granted = grants.map(({ capability }) => capability).sort();
      return granted.length > 0 ? [{ id, name, via: 'capabilities' as const, capabilities: granted }] : [];
    }),
  };
}

function withGrants(capabilities: string[], { db, clock }: { db: Database; clock: Clock }) {
  return db.plugin.findMany({
    where: { removedAt: null },
    include: {
      grants: {
        where: {
          capability: { in: capabilities },
          OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(clock.now()) } }],
        },
      },
    },
    orderBy: { id: 'asc' },
  });
}

function viaOf(tier: string, granted: ReadonlySet<string>, named: string): 'tier' | 'connector' | 'grant' | undefined {
  if (tier === 'bundled' || tier === 'trusted') return 'tier';
  if (granted.has('connector')) return 'connector';
  return granted.has(named) ? 'grant' : undefined;
}
