/**
 * What a plugin keeps when it is installed anew. The same files, or files that require nothing more, keep everything; files
 * that require more keep the narrow grants and lose those that reach everything of a kind, which are asked for again.
 */
import { isElevated, type PluginTier } from '@/lib/contracts/plugins';
import type { InstalledGrant, InstalledPlugin } from './installed';

export interface Kept {
  tier: PluginTier;
  grants: ReadonlyMap<string, InstalledGrant>;
  /** Sorted: what is asked for again. A tier that implied all connectors and servers counts as its two capabilities. */
  dropped: string[];
}

export function keptOnUpgrade(before: InstalledPlugin, next: { digest: string; required: readonly string[] }): Kept {
  const grew = next.required.some((capability) => !before.required.includes(capability));
  if (before.digest === next.digest || !grew) return { tier: before.tier, grants: before.grants, dropped: [] };
  const elevated = [...before.grants.keys()].filter(isElevated);
  const loweredTier = before.tier === 'trusted';
  return {
    tier: loweredTier ? 'restricted' : before.tier,
    grants: new Map([...before.grants].filter(([capability]) => !isElevated(capability))),
    dropped: [...new Set([...elevated, ...(loweredTier ? ['connector', 'mcp'] : [])])].sort(),
  };
}
