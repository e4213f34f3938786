/** A request's query and body as its route declared them. */
import type { z } from 'zod';
import { empty } from '@/lib/contracts/common';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { parseJsonBody, parseWith } from '@/lib/platform/parse';

export function parseQuery(searchParams: URLSearchParams, schema: z.ZodType = empty): unknown {
  const values = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (values.has(name)) throw new AppError('BAD_REQUEST', { message: `${name}: given twice.` });
    values.set(name, value);
  }
  return parseWith(schema, Object.fromEntries(values));
}

/** @throws AppError BODY_TOO_LARGE, BAD_REQUEST. */
export async function parseBody(request: Request, schema: z.ZodType = empty): Promise<unknown> {
  return parseJsonBody(schema, await readBody(request));
}

/** Stops at the limit: what a caller goes on sending is not kept. */
export async function readBody(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bodyBytes) throw new AppError('BODY_TOO_LARGE');
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  const read = () =>
    reader.read().catch((error: unknown) => {
      throw new AppError('BAD_REQUEST', { message: 'The body ended early.', cause: error });
    });
  for (let next = await read(); !next.done; next = await read()) {
    bytes += next.value.byteLength;
    if (bytes > limits.bodyBytes) {
      await reader.cancel();
      throw new AppError('BODY_TOO_LARGE');
    }
    chunks.push(next.value);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AppError('BAD_REQUEST', { message: 'The body is not UTF-8.' });
  }
}
