/**
 * The one request that has to be fast. A `tools/call` that is plainly right, in its body and in its headers, is recognised here
 * and answered without a server object of the SDK, which costs ten times what the rest does. Whatever is not plainly right goes
 * to the SDK, which knows every rule of both revisions and answers with the error that is due: nothing is refused here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';

export const modernRevision = '2026-07-28';
const earlierRevisions = new Set(SUPPORTED_PROTOCOL_VERSIONS.filter((version) => version < modernRevision));

export type Json = Record<string, unknown>;

export interface PlainCall {
  id: string | number;
  /** Of the 2026-07-28 revision: each request says all about itself. */
  modern: boolean;
  name: string;
  arguments: Json;
  meta: Json | undefined;
}

export function plainCall(headers: IncomingHttpHeaders, body: unknown): PlainCall | null {
  if (!isObject(body) || body.method !== 'tools/call' || body.jsonrpc !== '2.0') return null;
  const { id, params } = body;
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return null;
  if (!isObject(params) || typeof params.name !== 'string' || !acceptsBoth(headers)) return null;
  const { name, arguments: input = {}, _meta: meta } = params;
  if (!isObject(input) || (meta !== undefined && !isObject(meta))) return null;
  const modern = meta !== undefined && PROTOCOL_VERSION_META_KEY in meta;
  const right = modern ? isModern(headers, name, meta) : isEarlier(headers);
  return right ? { id: id as string | number, modern, name, arguments: input, meta } : null;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function acceptsBoth({ accept, 'content-type': type }: IncomingHttpHeaders): boolean {
  return (
    type === 'application/json' &&
    accept !== undefined &&
    accept.includes('application/json') &&
    accept.includes('text/event-stream')
  );
}

function isEarlier(headers: IncomingHttpHeaders): boolean {
  const version = headers['mcp-protocol-version'];
  return version === undefined || (typeof version === 'string' && earlierRevisions.has(version));
}

/** Header and body say the same, letter by letter. */
function isModern(headers: IncomingHttpHeaders, name: string, meta: Json): boolean {
  const client = meta[CLIENT_INFO_META_KEY];
  return (
    meta[PROTOCOL_VERSION_META_KEY] === modernRevision &&
    headers['mcp-protocol-version'] === modernRevision &&
    headers['mcp-method'] === 'tools/call' &&
    headers['mcp-name'] === name &&
    isObject(meta[CLIENT_CAPABILITIES_META_KEY]) &&
    isObject(client) &&
    typeof client.name === 'string' &&
    typeof client.version === 'string'
  );
}
