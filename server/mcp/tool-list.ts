/** The tools of `tools/list`: those of the connectors a run reaches, in an order that does not change. */
import type { Tool } from '@modelcontextprotocol/server';
import type { CallableTool, ConnectorState } from '@/lib/connectors/directory';
import { addressOf, publicNameOf } from './tool-names';

export function toolList(connectors: readonly ConnectorState[]): Tool[] {
  const tools: Tool[] = [];
  for (const { id, tools: own } of connectors) {
    const sorted = [...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const tool of sorted) {
      if (tool.approval === 'disabled') continue;
      const name = publicNameOf({ connectorId: id, toolName: tool.name });
      // A name that would be read as another connector's tool cannot be called, so it is not offered.
      if (addressOf(name, () => connectors).connectorId === id) tools.push(described(name, tool));
    }
  }
  return tools;
}

function described(
  name: string,
  { title, description, inputSchema, outputSchema, annotations, approval }: CallableTool,
): Tool {
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: { ...withoutHeaders(inputSchema), type: 'object' },
    // Clients refuse a result that does not fit the output schema, and the answer to a held call does not: it says "pending".
    ...(outputSchema === undefined || approval !== 'auto' ? {} : { outputSchema }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

const headerKey = 'x-mcp-header';

/** Clients would mirror an argument so marked in a header of its own, for proxies that a connector may have and we do not. */
function withoutHeaders(schema: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(schema);
  if (!text.includes(headerKey)) return schema;
  return JSON.parse(text, (key, value: unknown) => (key === headerKey ? undefined : value));
}
