/** From what arrived to what a route declared, or a 400 that names the field. */
import type { z } from 'zod';
import { empty } from '@/lib/contracts/common';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { bearerPattern } from '@/lib/tokens/format';

/** @throws AppError TOKEN_IN_URL where a bearer travels in the URL, in whatever parameter and encoding. */
export function refuseBearerInUrl(url: URL): void {
  const parts = [url.pathname, ...[...url.searchParams].flat(), url.search];
  if (parts.some((part) => part.search(bearerPattern) !== -1)) throw new AppError('TOKEN_IN_URL');
}

export function parseQuery(searchParams: URLSearchParams, schema: z.ZodType = empty): unknown {
  const values = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (values.has(name)) throw new AppError('BAD_REQUEST', { message: `${name}: given twice.` });
    values.set(name, value);
  }
  return parseWith(schema, Object.fromEntries(values));
}

/** An empty body counts as `{}`. @throws AppError BODY_TOO_LARGE, BAD_REQUEST. */
export async function parseBody(request: Request, schema: z.ZodType = empty): Promise<unknown> {
  const text = await readBody(request);
  if (text.trim() === '') return parseWith(schema, {});
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('BAD_REQUEST', { message: 'The body is not JSON.' });
  }
  return parseWith(schema, value);
}

function parseWith(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(describeIssue);
  const text = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  throw new AppError('BAD_REQUEST', { message: `${text}.`, details: { issues } });
}

function describeIssue(issue: z.core.$ZodIssue): Array<{ path: string; message: string }> {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.').slice(0, 200), message: 'no such field' }));
  }
  return [{ path: path.join('.').slice(0, 200), message: issue.message }];
}

/** Stops at the limit: what a caller goes on sending is not kept. */
export async function readBody(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bodyBytes) throw new AppError('BODY_TOO_LARGE');
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
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
