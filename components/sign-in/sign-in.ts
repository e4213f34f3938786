import { ApiError, apiErrorOf } from '@/components/api/api-error';
import { fetchCsrfToken } from '@/components/shell/csrf';

/** Signs in with next-auth's credentials provider; its cookie is set by the answer. Throws an `ApiError` in words for people. */
export async function signInWithPassword(email: string, password: string): Promise<void> {
  const csrfToken = await fetchCsrfToken();
  const response = await postForm('/api/auth/callback/credentials', { csrfToken, email, password, json: 'true' });
  if (response.status === 401) {
    throw new ApiError({ code: 'UNAUTHENTICATED', status: 401, message: 'Email or password is wrong.' });
  }
  if (response.status === 429) throw withWait(await apiErrorOf(response));
  if (!response.ok) throw await apiErrorOf(response);
}

/** Where single sign-on begins; the browser goes there next. */
export async function singleSignOnUrl(providerId: string, callbackUrl: string): Promise<string> {
  const csrfToken = await fetchCsrfToken();
  const response = await postForm(`/api/auth/signin/${encodeURIComponent(providerId)}`, {
    csrfToken,
    callbackUrl,
    json: 'true',
  });
  if (!response.ok) throw await apiErrorOf(response);
  const body: unknown = await response.json();
  if (typeof body === 'object' && body !== null && 'url' in body && typeof body.url === 'string') return body.url;
  throw new ApiError({
    code: 'UNKNOWN',
    status: response.status,
    message: 'The provider of single sign-on cannot be reached.',
  });
}

export interface SignInProvider {
  id: string;
  name: string;
}

/** Single sign-on providers, when there are any besides the password form. */
export async function fetchProviders(): Promise<SignInProvider[]> {
  const response = await fetch('/api/auth/providers', { cache: 'no-store' });
  if (!response.ok) throw await apiErrorOf(response);
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).filter(isSingleSignOn);
}

function isSingleSignOn(entry: unknown): entry is SignInProvider {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || !('name' in entry)) return false;
  return typeof entry.id === 'string' && typeof entry.name === 'string' && entry.id !== 'credentials';
}

async function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields),
    });
  } catch {
    throw new ApiError({
      code: 'NO_ANSWER',
      status: 0,
      message: 'The server does not answer. Check that it runs, then try again.',
    });
  }
}

function withWait(error: ApiError): ApiError {
  const seconds = error.retryAfterSeconds;
  if (seconds === undefined) return error;
  const wait = seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new ApiError({
    code: error.code,
    status: error.status,
    message: `Too many attempts. Try again in ${wait}.`,
    requestId: error.requestId,
  });
}
