/** Connectors in the database: rows to what the service holds, and back. */
import { z } from 'zod';
import {
  type AnyTransport,
  anyTransport,
  approvalModes,
  type ConnectorLimits,
  connectorLimits,
  safetyClasses,
} from '@/lib/contracts/connectors';
import type { Database } from '@/lib/platform/database';
import type { Sealer } from '@/lib/platform/sealing';
import { openSecrets } from './secrets';
import type { ForeignTool } from './session';

/** What an admin set of a tool, and the class it had by itself then. */
const storedOverride = z.object({
  safety: z.enum(safetyClasses).optional(),
  approval: z.enum(approvalModes).optional(),
  judged: z.enum(safetyClasses),
});
export type StoredOverride = z.infer<typeof storedOverride>;
export type Overrides = Readonly<Record<string, StoredOverride>>;

const storedOverrides = z.record(z.string(), storedOverride);
const storedTools = z.array(
  z.object({
    name: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    inputSchema: z.record(z.string(), z.unknown()),
    outputSchema: z.record(z.string(), z.unknown()).optional(),
    annotations: z.record(z.string(), z.unknown()).optional(),
  }),
);

export interface StoredConnector {
  id: string;
  name: string;
  /** With its secrets; undefined when they cannot be opened any more. */
  transport: AnyTransport | undefined;
  /** As it may be shown. */
  masked: AnyTransport;
  enabled: boolean;
  limits: ConnectorLimits;
  overrides: Overrides;
  tools: ForeignTool[];
  addedBy: string;
  createdAt: Date;
}

/** Rows this version cannot read are left out and told. */
export async function loadConnectors(
  db: Database,
  { sealer, onUnreadable }: { sealer: Sealer; onUnreadable: (id: string) => void },
): Promise<StoredConnector[]> {
  const rows = await db.connector.findMany({
    omit: { secrets: false },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.flatMap((row) => {
    try {
      const masked = anyTransport.parse(JSON.parse(row.transport));
      const { id, name, enabled, addedBy, createdAt } = row;
      return [
        {
          id,
          name,
          enabled,
          addedBy,
          createdAt,
          masked,
          transport: openSecrets(masked, row.secrets, { id, sealer }),
          limits: connectorLimits.parse(JSON.parse(row.limits)),
          overrides: storedOverrides.parse(JSON.parse(row.overrides)),
          tools: storedTools.parse(JSON.parse(row.tools)),
        },
      ];
    } catch {
      onUnreadable(row.id);
      return [];
    }
  });
}

/** Of one that is new: nothing is set of its tools, and none is known. */
export function rowOf(
  { id, name, enabled, addedBy, createdAt, masked, limits }: StoredConnector,
  secrets: string | null,
) {
  const json = { transport: JSON.stringify(masked), limits: JSON.stringify(limits), overrides: '{}', tools: '[]' };
  return { id, name, enabled, addedBy, createdAt, secrets, ...json };
}
