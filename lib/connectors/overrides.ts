/** What an admin sets of a tool: its class, or what happens before it runs. */
import type { UpdateConnectorBody } from '@/lib/contracts/connectors';
import { AppError } from '@/lib/platform/errors';
import type { Entry } from './entry';
import { visible } from './schema';
import type { Overrides, StoredOverride } from './stored';

/** @throws AppError CONNECTOR_TOOL_NOT_FOUND for a tool it does not offer, and nothing is changed. */
export function nextOverrides(
  { catalogue, overrides }: Pick<Entry, 'catalogue' | 'overrides'>,
  changes: NonNullable<UpdateConnectorBody['tools']>,
): Overrides {
  const next = new Map<string, StoredOverride>(Object.entries(overrides));
  for (const [name, { safety, approval }] of Object.entries(changes)) {
    const tool = catalogue.tools.get(name);
    const known = next.get(name);
    if (!tool && !known)
      throw new AppError('CONNECTOR_TOOL_NOT_FOUND', { message: `tools: the connector offers no "${visible(name)}".` });
    const merged = {
      safety: safety === undefined ? known?.safety : (safety ?? undefined),
      approval: approval === undefined ? known?.approval : (approval ?? undefined),
    };
    if (merged.safety === undefined && merged.approval === undefined) next.delete(name);
    else next.set(name, { ...merged, judged: tool?.judged.safety ?? known?.judged ?? 'destructive' });
  }
  return Object.fromEntries(next);
}
