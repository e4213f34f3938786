import type { ErrorBody } from '@/lib/contracts/common';

/** A refused call, with the server's code and its own words for people. `status` 0: no answer came at all. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown> | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(args: {
    code: string;
    message: string;
    status: number;
    details?: Record<string, unknown>;
    requestId?: string;
    retryAfterSeconds?: number;
  }) {
    super(args.message);
    this.name = 'ApiError';
    this.code = args.code;
    this.status = args.status;
    this.details = args.details;
    this.requestId = args.requestId;
    this.retryAfterSeconds = args.retryAfterSeconds;
  }
}

export async function apiErrorOf(response: Response): Promise<ApiError> {
  const error = parseErrorBody(await response.json().catch(() => null));
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    code: error?.code ?? 'UNKNOWN',
    message: error?.message ?? `The server answered ${response.status}. Try again; its log says more.`,
    status: response.status,
    details: error?.details,
    requestId: error?.requestId ?? response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

function parseErrorBody(body: unknown): ErrorBody['error'] | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null;
  const { error } = body as Partial<ErrorBody>;
  return typeof error?.code === 'string' && typeof error.message === 'string' ? error : null;
}

/** Any thrown thing in words an operator can act on. */
export function describeError(error: unknown): { message: string; requestId?: string } {
  if (error instanceof ApiError) return { message: error.message, requestId: error.requestId };
  if (error instanceof Error) return { message: error.message };
  return { message: 'Something went wrong in this page. Reload it.' };
}

export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code;
}

/** What the server says about one field of a refused body, by its path: "principal.userId". */
export function fieldProblem(error: unknown, path: string): string | null {
  if (!(error instanceof ApiError) || !Array.isArray(error.details?.issues)) return null;
  const issue: unknown = error.details.issues.find(
    (each: { path?: unknown } | null) => each?.path === path || String(each?.path).startsWith(`${path}.`),
  );
  if (typeof issue !== 'object' || issue === null || !('message' in issue) || typeof issue.message !== 'string')
    return null;
  return `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
}
