/** What is wrong with a body before the protocol is looked at. */
import { rpcErrors } from '@/lib/contracts/rpc';
import { isObject } from './plain-call';

export interface BodyProblem {
  status: number;
  error: { code: number; message: string };
}

export function problemOf(body: unknown): BodyProblem | null {
  if (body === undefined)
    return problem(400, rpcErrors.parse.code, 'Parse error: the body is not JSON, or is nested too deeply.');
  // The revisions since 2025-06-18 have no batches.
  if (Array.isArray(body))
    return problem(400, rpcErrors.invalidRequest.code, 'Invalid request: send one JSON-RPC message, not a batch.');
  // A stream that outlives its request would outlive a revoke as well.
  if (isObject(body) && body.method === 'subscriptions/listen')
    return problem(404, rpcErrors.methodNotFound.code, 'Method not found: a list says how long it may be kept.');
  return null;
}

/** Of a request, as its answer has to name it. */
export function idOf(body: unknown): string | number | null {
  const id = isObject(body) && typeof body.method === 'string' ? body.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function problem(status: number, code: number, message: string): BodyProblem {
  return { status, error: { code, message } };
}
