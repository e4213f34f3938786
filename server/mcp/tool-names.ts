/** `<connector>__<tool>`: what a tool is called to MCP clients, and back. */
import type { ConnectorState } from '@/lib/connectors/directory';
import { AppError } from '@/lib/platform/errors';

const separator = '__';

export interface ToolAddress {
  connectorId: string;
  toolName: string;
}

export function publicNameOf({ connectorId, toolName }: ToolAddress): string {
  return `${connectorId}${separator}${toolName}`;
}

/**
 * Connector ids and tool names may hold underscores themselves, so a name may be read in several ways. The longest id wins
 * among the connectors the run reaches: ids are given by an admin and tool names by whoever wrote the server, which so cannot
 * take the place of another connector's tool by a well-chosen name.
 * @param reachable asked only when there is more than one reading.
 * @throws AppError CONNECTOR_TOOL_NOT_FOUND
 */
export function addressOf(name: string, reachable: () => readonly ConnectorState[]): ToolAddress {
  const readings = readingsOf(name);
  const [first, second] = readings;
  if (!first)
    throw new AppError('CONNECTOR_TOOL_NOT_FOUND', {
      message: `There is no tool ${JSON.stringify(name.slice(0, 100))}: tools are named <connector>__<tool>.`,
    });
  if (!second) return first;
  const connectors = new Map(reachable().map((connector) => [connector.id, connector]));
  const known = readings.filter(({ connectorId, toolName }) => connectors.get(connectorId)?.tools.has(toolName));
  return known.at(-1) ?? first;
}

/** Every way to read a name, the shortest connector id first. */
function readingsOf(name: string): ToolAddress[] {
  const readings: ToolAddress[] = [];
  for (let at = name.indexOf(separator, 1); at !== -1; at = name.indexOf(separator, at + 1)) {
    const toolName = name.slice(at + separator.length);
    if (toolName !== '') readings.push({ connectorId: name.slice(0, at), toolName });
  }
  return readings;
}
