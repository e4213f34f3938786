/** Answers of the REST surface: JSON that is never stored, and the one error body. */
import { AppError, errorBodyOf, toAppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import type { Log } from '@/lib/platform/log';

/** No answer of the API is a page: nothing in one may run, frame or be guessed at, even when opened in a tab. */
const apiHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The id the server gave the request, so that its log, ours and the caller's agree. */
export function requestIdOf(request: Request): string {
  return request.headers.get('x-request-id') ?? newId('req');
}

/** Adds the headers of the API to an answer that may come with its own. */
export function withApiHeaders(response: Response, requestId: string): Response {
  for (const [name, value] of Object.entries(apiHeaders)) response.headers.set(name, value);
  response.headers.set('x-request-id', requestId);
  return response;
}

export function jsonResponse(body: unknown, { status, requestId }: { status: number; requestId: string }): Response {
  const response = status === 204 ? new Response(null, { status }) : Response.json(body, { status });
  return withApiHeaders(response, requestId);
}

interface ErrorContext {
  requestId: string;
  log: Log;
  headers?: Record<string, string>;
}

/** Any error as its answer. What is ours to mend is logged with its cause; the caller gets the id to name. */
export function errorResponse(error: unknown, { requestId, log, headers = {} }: ErrorContext): Response {
  const appError = toAppError(error);
  const { status } = appError;
  if (status >= 500) log.error({ err: appError.cause ?? appError, code: appError.code, requestId }, 'a request failed');
  const response = jsonResponse(errorBodyOf(appError, requestId), { status, requestId });
  if (appError.retryAfterSeconds !== undefined) response.headers.set('retry-after', String(appError.retryAfterSeconds));
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

export function methodNotAllowed(allowed: readonly string[]): AppError {
  return new AppError('METHOD_NOT_ALLOWED', {
    message: `This path takes ${allowed.join(', ')}.`,
    details: { allowed },
  });
}
