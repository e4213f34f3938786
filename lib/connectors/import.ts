/**
 * `mcpServers` as people have it in their editors and agents, entry by entry, as what it would be here. Every client writes it
 * a little differently: the transport may be named `type` or `transport`, or show from `command` or `url` alone.
 */
import type { z } from 'zod';
import {
  type Connector,
  type CreateConnectorBody,
  connectorId,
  createConnectorBody,
  type importConnectorsResult,
} from '@/lib/contracts/connectors';
import { AppError, toAppError } from '@/lib/platform/errors';
import { parseWith } from '@/lib/platform/parse';

/** Each entry by itself: what is wrong with one keeps no other out. */
export async function importEntries(
  servers: Record<string, unknown>,
  add: (name: string, entry: unknown) => Promise<Connector>,
): Promise<z.infer<typeof importConnectorsResult>> {
  const results: z.infer<typeof importConnectorsResult>['results'] = [];
  for (const [name, entry] of Object.entries(servers)) {
    try {
      results.push({ name, ok: true, connector: await add(name, entry) });
    } catch (error) {
      const { code, message } = toAppError(error);
      // Without the record nothing can be added: the rest would only fail alike.
      if (code === 'AUDIT_UNAVAILABLE') throw error;
      results.push({ name, ok: false, error: { code, message } });
    }
  }
  return { results };
}

/** @throws AppError BAD_REQUEST with what to change about the entry. */
export function entryToConnector(name: string, entry: unknown): CreateConnectorBody {
  if (!isRecord(entry)) throw wrong('An entry is an object with "command" or with "url".');
  const kind = kindOf(entry);
  const transport =
    kind === 'stdio'
      ? { kind, ...pick(entry, ['command', 'args', 'env', 'cwd']), ...commandLine(entry) }
      : { kind, url: addressOf(entry), ...pick(entry, ['headers']) };
  const enabled = entry.disabled !== true && entry.enabled !== false;
  return parseWith(createConnectorBody, { id: idOf(name), name: name.trim() || 'connector', transport, enabled });
}

function kindOf(entry: Record<string, unknown>): 'stdio' | 'http' {
  const said = entry.type ?? entry.transport;
  if (said === undefined) {
    if ('command' in entry) return 'stdio';
    if ('url' in entry || 'httpUrl' in entry || 'serverUrl' in entry) return 'http';
    throw wrong('It needs "command" (a local server) or "url" (one over HTTP).');
  }
  const named = typeof said === 'string' ? said.toLowerCase().replaceAll('_', '-') : '';
  if (named === 'stdio' || named === 'local') return 'stdio';
  if (['http', 'streamable-http', 'streamablehttp', 'remote'].includes(named)) return 'http';
  if (named === 'sse')
    throw wrong(
      'The transport "sse" was replaced by streamable HTTP and is not spoken here: use the address of its HTTP endpoint.',
    );
  throw wrong(`The transport ${JSON.stringify(said)?.slice(0, 60)} is not known: use "stdio" or "http".`);
}

/** Some clients take the program and its arguments as one list. */
function commandLine({ command, args }: Record<string, unknown>): { command?: unknown; args?: unknown } {
  if (!Array.isArray(command)) return {};
  return { command: command[0], args: [...command.slice(1), ...(Array.isArray(args) ? args : [])] };
}

function addressOf(entry: Record<string, unknown>): unknown {
  return entry.url ?? entry.httpUrl ?? entry.serverUrl;
}

/** "My Server (prod)" → "my-server-prod". @throws AppError BAD_REQUEST when nothing is left of it. */
function idOf(name: string): string {
  const id = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .replace(/-+$/, '')
    .slice(0, 64);
  const parsed = connectorId.safeParse(id);
  if (!parsed.success) throw wrong('Its name needs at least one letter or digit.');
  return parsed.data;
}

function pick(entry: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
