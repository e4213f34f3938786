/** What changes of plugins, connectors and locks, written into every list and page that shows them. */
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '@/components/api/queries';
import type { Connector } from '@/lib/contracts/connectors';
import type { Lock } from '@/lib/contracts/locks';
import type { Plugin } from '@/lib/contracts/plugins';

/** Replaces the item with this id, takes it out for `null`, or adds it where the server would have it. */
export function upsert<T extends { id: string }>(
  list: T[],
  id: string,
  item: T | null,
  order?: (a: T, b: T) => number,
) {
  if (item === null) return list.filter((each) => each.id !== id);
  if (list.some((each) => each.id === id)) return list.map((each) => (each.id === id ? item : each));
  return order ? [...list, item].sort(order) : [item, ...list];
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

export function patchPlugin(client: QueryClient, id: string, plugin: Plugin | null): void {
  client.setQueryData<Plugin[]>(queryKeys.plugins, (list) => list && upsert(list, id, plugin, byId));
  if (plugin) client.setQueryData<Plugin>(queryKeys.plugin(id), plugin);
  else void client.invalidateQueries({ queryKey: queryKeys.plugin(id) });
  void client.invalidateQueries({ queryKey: queryKeys.connectorAccess() });
}

/** A run that begins or ends under a plugin is told as a run alone. */
export function countRunUnder(client: QueryClient, pluginId: string, by: 1 | -1): void {
  const counted = (plugin: Plugin) =>
    plugin.id === pluginId ? { ...plugin, liveRuns: Math.max(0, plugin.liveRuns + by) } : plugin;
  client.setQueryData<Plugin[]>(queryKeys.plugins, (list) => list?.map(counted));
  client.setQueryData<Plugin>(queryKeys.plugin(pluginId), (plugin) => plugin && counted(plugin));
}

export function patchConnector(client: QueryClient, id: string, connector: Connector | null): void {
  client.setQueryData<Connector[]>(queryKeys.connectors, (list) => list && upsert(list, id, connector, byId));
  if (connector) client.setQueryData<Connector>(queryKeys.connector(id), connector);
  else void client.invalidateQueries({ queryKey: queryKeys.connector(id) });
}

export function patchLock(client: QueryClient, id: string, lock: Lock | null): void {
  client.setQueryData<Lock[]>(queryKeys.locks, (list) => list && upsert(list, id, lock));
}
