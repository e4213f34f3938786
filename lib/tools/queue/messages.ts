/**
 * What travels between the gate and a worker, as MessagePack. An envelope comes over a stream that others might write to: it says
 * what is asked, and nothing of who asks or what for; the order, which the gate alone writes, says the rest and for which envelope.
 */
import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import { type AppError, type ErrorCode, errorTable, isErrorCode } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { sha256Hex } from '@/lib/platform/secrets';
import { repliesPattern } from './keys';

const traceId = z.string().min(1).max(200);
const callId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const replyTo = z.string().regex(repliesPattern);

/** Every other field, such as somebody's idea of who is asking, is dropped. */
const envelope = z.object({
  trace_id: traceId,
  call_id: callId,
  tool: z.string().max(64),
  arguments: z.record(z.string(), z.unknown()),
  reply_to: replyTo,
  schema_hash: z.string().max(128),
});
export type Envelope = z.infer<typeof envelope>;

const order = z.object({
  run_id: z.string(),
  trace_id: z.string(),
  /** Of the envelope it belongs to, hex. */
  envelope_sha256: z.string(),
  directory: z.string(),
  privileges: z.string().regex(/^[0-9a-f]{1,16}$/),
  timeout_ms: z.number().int().positive(),
  /** The identity the gate decided for, encoded as a record is. */
  identity: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** An operator took longer to decide than the record lived: the identity it was approved for is the one above. */
  record_ended: z.boolean(),
});
export type Order = z.infer<typeof order>;

const reply = z.object({
  call_id: callId,
  envelope_sha256: z.string(),
  output: z.record(z.string(), z.unknown()).optional(),
  error: z
    .object({
      code: z.custom<ErrorCode>((code) => typeof code === 'string' && isErrorCode(code)),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
export type Reply = z.infer<typeof reply>;

export type Decoded =
  | { ok: true; envelope: Envelope; digest: string }
  | { ok: false; reason: string; digest: string; callId: string | null; replyTo: string | null };

export const encodeEnvelope = (value: Envelope): Buffer => pack(value);
export const encodeOrder = (value: Order): Buffer => pack(value);
export const encodeReply = (value: Reply): Buffer => pack(value);

/** As Redis takes it. */
function pack(value: unknown): Buffer {
  const bytes = encode(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Never throws. Of one that cannot be used it finds out where its sender waits, if that can be read. */
export function decodeEnvelope(bytes: Uint8Array | undefined): Decoded {
  const digest = sha256Hex(bytes ?? new Uint8Array());
  const unusable = (reason: string, value: unknown = null): Decoded => ({
    ok: false,
    reason,
    digest,
    callId: field(value, 'call_id', callId),
    replyTo: field(value, 'reply_to', replyTo),
  });
  if (!bytes) return unusable('The entry has no envelope.');
  if (bytes.length > limits.toolEnvelopeBytes) return unusable(`The envelope has ${bytes.length} bytes.`);
  let value: unknown;
  try {
    value = decode(bytes);
  } catch {
    return unusable('The envelope is not MessagePack.');
  }
  const parsed = envelope.safeParse(value);
  if (parsed.success) return { ok: true, envelope: parsed.data, digest };
  const fields = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'it')))];
  return unusable(`The envelope is not one: ${fields.join(', ')}.`, value);
}

/** Null for what the gate did not write. */
export function decodeOrder(bytes: Uint8Array | null): Order | null {
  return bytes === null ? null : parsed(order, bytes);
}

export function decodeReply(bytes: Uint8Array | undefined): Reply | null {
  return bytes === undefined ? null : parsed(reply, bytes);
}

/** As it goes back: an error of an unknown kind tells its text to the log alone. */
export function errorOf({ code, message, details }: AppError): NonNullable<Reply['error']> {
  if (code === 'INTERNAL') return { code, message: errorTable.INTERNAL.message };
  return { code, message, ...(details && { details }) };
}

function parsed<T extends z.ZodType>(schema: T, bytes: Uint8Array): z.output<T> | null {
  try {
    return schema.safeParse(decode(bytes)).data ?? null;
  } catch {
    return null;
  }
}

function field(value: unknown, name: string, schema: z.ZodType<string>): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return schema.safeParse((value as Record<string, unknown>)[name]).data ?? null;
}
