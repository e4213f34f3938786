import { apiErrorOf } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { fetchCsrfToken } from './csrf';

export async function signOut(): Promise<void> {
  const csrfToken = await fetchCsrfToken();
  const response = await fetch('/api/auth/signout', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken, json: 'true' }),
  });
  if (!response.ok) throw await apiErrorOf(response);
  location.assign('/login');
}

/** Ends every session of this operator, this one too. */
export async function signOutEverywhere(): Promise<void> {
  await callRoute('sessions.endAll');
  location.assign('/login');
}
