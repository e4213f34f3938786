/**
 * Whether a worker may make a call, decided once: the mark is taken before anything happens, so that of all deliveries and copies
 * of an envelope at most one has an effect; then it counts what the gate wrote, and of the envelope only what fits that.
 */
import type { Principal } from '@/lib/contracts/runs';
import { isToolName, type ToolName, toolInputs } from '@/lib/contracts/tools';
import type { TraceRecord } from '@/lib/contracts/traces';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { RedisClient } from '@/lib/platform/redis';
import { within } from '@/lib/platform/redis';
import { decodeRecord, encodeRecord } from '@/lib/traces/encoding';
import { begunKey, orderKey } from './keys';
import { decodeOrder, type Envelope, type Order } from './messages';

export interface Beginning {
  client: RedisClient;
  /** Of tool-session records. */
  recordPrefix: string;
  schemaHash: string;
}

export interface Work {
  order: Order;
  principal: Principal;
  tool: ToolName;
  arguments: Record<string, unknown>;
}

export type Begun =
  | { kind: 'work'; work: Work }
  /** This delivery, or the worker it went to first, had begun: nobody knows how far it got. */
  | { kind: 'lost'; order: Order | null }
  /** A copy of an envelope that another entry carries, which is the one that is answered. */
  | { kind: 'copy' }
  | { kind: 'refused'; error: AppError; order: Order | null };

export async function begin(
  { client, recordPrefix, schemaHash }: Beginning,
  { entryId, envelope, digest }: { entryId: string; envelope: Envelope; digest: string },
): Promise<Begun> {
  const key = begunKey(digest);
  const [taken, found] = await within(
    Promise.all([
      client.set(key, entryId, { condition: 'NX', expiration: { type: 'PX', value: limits.toolBegunMs } }),
      client.mGet([key, orderKey(envelope.call_id), recordPrefix + envelope.trace_id]),
    ]),
  );
  const [mark = null, orderBytes = null, recordBytes = null] = found;
  const order = decodeOrder(orderBytes);
  if (taken === null) return String(mark) === entryId ? { kind: 'lost', order } : { kind: 'copy' };
  const no = (error: AppError): Begun => ({ kind: 'refused', error, order });

  if (order?.envelope_sha256 !== digest || order.trace_id !== envelope.trace_id) return no(noOrder());
  if (envelope.schema_hash !== schemaHash) return no(new AppError('CATALOG_STALE'));
  const principal = principalOf(order, recordBytes);
  if (!principal) return no(new AppError('IDENTITY_UNKNOWN'));
  const { tool } = envelope;
  if (!isToolName(tool))
    return no(new AppError('CONNECTOR_TOOL_NOT_FOUND', { message: `The tools service has no tool ${tool}.` }));
  const input = toolInputs[tool].safeParse(envelope.arguments);
  if (!input.success) return no(new AppError('CONNECTOR_INPUT_SCHEMA_MISMATCH'));
  return { kind: 'work', work: { order, principal, tool, arguments: envelope.arguments } };
}

/** Once nothing has happened for sure: the next delivery may begin it. */
export async function giveMarkBack(client: RedisClient, digest: string): Promise<void> {
  await within(client.del(begunKey(digest)));
}

/**
 * The record of the trace alone says for whom, and the gate must have meant the same: with the record of another, the call would
 * run with privileges that are not theirs. Where the record ended while an operator decided, it was the gate that kept it.
 */
function principalOf(order: Order, recordBytes: Uint8Array | null): Principal | null {
  try {
    if (recordBytes === null) return order.record_ended ? decodeRecord(order.identity).principal : null;
    const { principal, runId }: TraceRecord = decodeRecord(recordBytes);
    if (runId !== null && runId !== order.run_id) return null;
    return Buffer.from(encodeRecord({ principal, runId: null })).equals(order.identity) ? principal : null;
  } catch {
    return null;
  }
}

function noOrder(): AppError {
  return new AppError('CONNECTOR_EXECUTION_FAILED', {
    message:
      'The tools service found no order of the gate for this call: it was given up, or never allowed. Nothing was run.',
  });
}
