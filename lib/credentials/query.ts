/** Credential sessions for people: a page at a time, newest first. */
import type { CredentialSession, ListCredentialsQuery } from '@/lib/contracts/credentials';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { toSession } from './rows';

export async function listSessions(
  db: Database,
  { limit, cursor, status, runId, provider, q }: ListCredentialsQuery,
): Promise<{ items: CredentialSession[]; nextCursor: string | null }> {
  const after = cursor ? decodeTimeCursor(cursor) : null;
  const rows = await db.credentialSession.findMany({
    where: {
      ...(status && { status: status === 'ended' ? { not: 'active' } : status }),
      ...(runId && { runId }),
      ...(provider && { provider }),
      ...(q && { principalId: { contains: q } }),
      ...(after && { OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.id } }] }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  return pageFrom(rows, limit, { cursor: (row) => [row.createdAt.getTime(), row.id], item: toSession });
}
