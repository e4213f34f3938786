/** What changes of cloud credential sessions, written into every list and panel that shows them. */
import type { QueryClient } from '@tanstack/react-query';
import { type CredentialsFilter, credentialKeys } from '@/components/api/credential-queries';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { type Pages, prependRow, removeRow, replaceRow } from './patch-lists';

const sameId = (a: CredentialSession, b: CredentialSession) => a.id === b.id;

export function credentialMatches(session: CredentialSession, filter: CredentialsFilter): boolean {
  if (filter.status === 'ended' && session.status === 'active') return false;
  if (filter.status && filter.status !== 'ended' && session.status !== filter.status) return false;
  if (filter.runId && session.runId !== filter.runId) return false;
  if (filter.provider && session.provider !== filter.provider) return false;
  return !filter.q || session.principalId.toLowerCase().includes(filter.q.toLowerCase());
}

/** One that no longer fits leaves the list, a new one enters at the head, and one that is known keeps its place. */
export function patchCredentials(
  data: Pages<CredentialSession>,
  session: CredentialSession,
  filter: CredentialsFilter,
): Pages<CredentialSession> {
  if (!credentialMatches(session, filter)) return removeRow(data, session, sameId);
  const replaced = replaceRow(data, session, sameId);
  if (replaced !== data) return replaced;
  const newest = data.pages[0]?.items[0];
  return !newest || session.createdAt >= newest.createdAt ? prependRow(data, session) : data;
}

export function patchCredential(client: QueryClient, session: CredentialSession): void {
  client.setQueryData<CredentialSession>(credentialKeys.one(session.id), session);
  for (const [key, data] of client.getQueriesData<Pages<CredentialSession>>({ queryKey: credentialKeys.list() })) {
    const filter = key.at(-1);
    if (data !== undefined && typeof filter === 'object' && filter !== null)
      client.setQueryData(key, patchCredentials(data, session, filter as CredentialsFilter));
  }
}
