/** What a plugin may do now, what it asks for, and the words for both. Pure: the matrix, the panel and the page read it. */
import type { Plugin, PluginGrant, PluginTier } from '@/lib/contracts/plugins';

/** The twin of `isElevated` in the contract, whose schemas stay out of the first load. */
const elevated: Readonly<Record<string, string>> = {
  bash: 'It may run any shell command.',
  connector: 'It reaches every connector, those added later as well.',
  mcp: 'It reaches every MCP server, those added later as well.',
  subprocess: 'It may start any program.',
};

export function isElevated(capability: string): boolean {
  return Object.hasOwn(elevated, capability);
}
/** Why an elevated capability is asked for twice. */
export function elevatedWords(capability: string): string {
  return isElevated(capability) ? (elevated[capability] ?? '') : '';
}

/** The capabilities that name no connector and no server. */
export const plainCapabilities = ['fs:read', 'fs:write', 'network', 'mcp', 'connector', 'subprocess', 'bash'] as const;

/** `until` is a grant that ends by itself; `implied` comes with the tier or with a capability that covers it. */
export type CapabilityState = 'granted' | 'until' | 'implied' | 'asked' | 'none';
export const stateWords: Record<CapabilityState, string> = {
  granted: 'granted',
  until: 'until a time',
  implied: 'implied by tier',
  asked: 'asked for, not granted',
  none: 'none',
};

export function connectorCapability(connectorId: string): string {
  return `connector:${connectorId}`;
}

/** The grant that stands now; `nowMs` is null until the browser's clock is known. */
export function grantOf(plugin: Plugin, capability: string, nowMs: number | null): PluginGrant | undefined {
  return plugin.grants.find((grant) => grant.capability === capability && isStanding(grant, nowMs));
}
function isStanding({ expiresAt }: PluginGrant, nowMs: number | null): boolean {
  return expiresAt === null || nowMs === null || Date.parse(expiresAt) > nowMs;
}

/** What lets a plugin have this without a grant of its own: its tier, or the capability that covers every one of the kind. */
export function impliedBy(plugin: Plugin, capability: string, nowMs: number | null): string | null {
  const [kind = ''] = capability.split(':', 1);
  if (kind !== 'connector' && kind !== 'mcp') return null;
  if (plugin.tier !== 'restricted') return plugin.tier;
  return capability !== kind && grantOf(plugin, kind, nowMs) ? kind : null;
}

export function stateOf(plugin: Plugin, capability: string, nowMs: number | null): CapabilityState {
  if (plugin.tier !== 'restricted' && impliedBy(plugin, capability, nowMs)) return 'implied';
  const grant = grantOf(plugin, capability, nowMs);
  if (grant) return grant.expiresAt === null ? 'granted' : 'until';
  if (impliedBy(plugin, capability, nowMs)) return 'implied';
  return asksFor(plugin, capability) ? 'asked' : 'none';
}

export function asksFor({ capabilities }: Plugin, capability: string): boolean {
  return capabilities.required.includes(capability) || capabilities.optional.includes(capability);
}

/** What it asks for and has not got, the required ones first. */
export function missingOf(plugin: Plugin, nowMs: number | null): string[] {
  const asked = [...new Set([...plugin.capabilities.required, ...plugin.capabilities.optional])];
  return asked.filter((capability) => stateOf(plugin, capability, nowMs) === 'asked');
}

/** Everything worth a row: what was granted, then what is missing, then what its tier implies of what it asks for. */
export function capabilitiesOf(plugin: Plugin, nowMs: number | null): string[] {
  const granted = plugin.grants.filter((grant) => isStanding(grant, nowMs)).map(({ capability }) => capability);
  const asked = [...plugin.capabilities.required, ...plugin.capabilities.optional];
  const missing = missingOf(plugin, nowMs);
  return [...new Set([...granted.sort(), ...missing, ...asked])];
}

/** Plain and named capabilities that are not granted yet, for "Grant another". */
export function grantable(plugin: Plugin, connectorIds: readonly string[], nowMs: number | null): string[] {
  const all = [...connectorIds.map(connectorCapability), ...plainCapabilities];
  return all.filter((capability) => ['none', 'asked'].includes(stateOf(plugin, capability, nowMs)));
}

export interface MatrixColumn {
  id: string;
  name: string;
  /** False for one that a plugin names and nobody has added yet. */
  exists: boolean;
}
/** A column a connector, and then one for each that plugins name and nobody has added. */
export function matrixColumns(
  plugins: readonly Plugin[],
  connectors: readonly { id: string; name: string }[],
): MatrixColumn[] {
  const known = new Set(connectors.map(({ id }) => id));
  const named = plugins.flatMap(({ capabilities, grants }) => [
    ...capabilities.required,
    ...capabilities.optional,
    ...grants.map(({ capability }) => capability),
  ]);
  const unknown = new Set(
    named.flatMap((capability) => {
      const id = capability.startsWith('connector:') ? capability.slice('connector:'.length) : '';
      return id !== '' && !known.has(id) ? [id] : [];
    }),
  );
  return [
    ...connectors.map(({ id, name }) => ({ id, name, exists: true })),
    ...[...unknown].sort().map((id) => ({ id, name: id, exists: false })),
  ];
}

export const tierWords: Record<PluginTier, string> = {
  bundled: 'Comes with Gatehouse. Reaches every connector and every MCP server.',
  trusted: 'Reaches every connector and every MCP server without a grant.',
  restricted: 'Reaches what it was granted and nothing else.',
};
