import { ApiError, apiErrorOf } from '@/components/api/api-error';

/** The token next-auth wants in every form it takes; its cookie twin is set by the same answer. */
export async function fetchCsrfToken(): Promise<string> {
  let response: Response;
  try {
    response = await fetch('/api/auth/csrf', { cache: 'no-store' });
  } catch {
    throw new ApiError({
      code: 'NO_ANSWER',
      status: 0,
      message: 'The server does not answer. Check that it runs, then try again.',
    });
  }
  if (!response.ok) throw await apiErrorOf(response);
  const body: unknown = await response.json();
  if (typeof body === 'object' && body !== null && 'csrfToken' in body && typeof body.csrfToken === 'string')
    return body.csrfToken;
  throw new ApiError({
    code: 'UNKNOWN',
    status: response.status,
    message: 'The server gave no form token. Reload the page.',
  });
}
