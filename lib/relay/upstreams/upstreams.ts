/**
 * The adapter side of the relay: this server dials out to connectors, as a gateway, and runs agents on what they deliver. An
 * upstream that knows us by our bearer is trusted to have authorised the author of a message; no other is.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { CreateRelayUpstreamBody, RelayUpstream } from '@/lib/contracts/relay-upstreams';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { createOneAtATimeByKey } from '@/lib/platform/one-at-a-time';
import type { Sealer } from '@/lib/platform/sealing';
import { requireUsableUrl } from './address';
import { sealUpstreamSecret, showUpstream, toUpstream, type UpstreamRow, type UpstreamState } from './stored';
import { createdCompanion, removedCompanion } from './tables';

export interface UpstreamService {
  /** Newest first. */
  list(page: { limit: number; cursor?: string | undefined }): Promise<Page<RelayUpstream>>;
  /** Stored and dialled. @throws AppError ALREADY_EXISTS, BAD_REQUEST, ADDRESS_REFUSED, AUDIT_UNAVAILABLE. */
  create(body: CreateRelayUpstreamBody, by: Actor): Promise<RelayUpstream>;
  /** Its socket is closed, its runs are ended, its row is gone. @throws AppError RELAY_UPSTREAM_NOT_FOUND, AUDIT_UNAVAILABLE. */
  remove(id: string, by: Actor): Promise<void>;
}

export interface UpstreamServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  sealer: Sealer;
}

export function createUpstreamService(options: UpstreamServiceOptions): UpstreamService {
  const { db, audit, bus, clock, sealer } = options;
  /** Changes of one upstream come one after the other. */
  const inTurn = createOneAtATimeByKey();
  const find = (id: string) => db.relayUpstream.findUnique({ where: { id }, omit: { secret: false } });

  function show({ secret, ...row }: UpstreamRow & { secret: string | null }): RelayUpstream {
    const state: UpstreamState = {
      ...{ status: 'connecting', descriptors: [], lastError: null, since: toIso(row.createdAt.getTime()) },
      ...{ sessions: 0, dropped: 0 },
    };
    return showUpstream(toUpstream(row, secret !== null), state);
  }

  return {
    async list({ limit, cursor }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.relayUpstream.findMany({
        ...(after && {
          where: { OR: [{ createdAt: { lt: after.time } }, { createdAt: after.time, id: { lt: after.id } }] },
        }),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        omit: { secret: false },
      });
      return pageFrom(rows, limit, { cursor: (row) => [row.createdAt.getTime(), row.id], item: show });
    },

    create({ id, url: given, secret, gatewayId, identities, handler }, by) {
      return inTurn(id, async () => {
        const url = requireUsableUrl(given, secret !== undefined);
        if (await find(id))
          throw new AppError('ALREADY_EXISTS', { message: `There is an upstream with the id "${id}" already.` });
        const sealed = secret === undefined ? null : sealUpstreamSecret(sealer, id, secret);
        const data = { url, gatewayId, identities, trusted: sealed !== null, projectId: handler.projectId };
        await audit.append({ actor: actorName(by), action: 'relay.upstream_create', target: id, data }, [
          createdCompanion(
            { id, url, gatewayId, secret: sealed, identities, handler, by: actorLabel(by) },
            clock.now(),
          ),
        ]);
        const row = await find(id);
        if (!row) throw new AppError('RELAY_UPSTREAM_NOT_FOUND');
        bus.publish({ type: 'relay.upstream', data: { id } });
        return show(row);
      });
    },

    remove(id, by) {
      return inTurn(id, async () => {
        const row = await find(id);
        if (!row) throw new AppError('RELAY_UPSTREAM_NOT_FOUND');
        const data = { url: row.url, gatewayId: row.gatewayId };
        await audit.append({ actor: actorName(by), action: 'relay.upstream_remove', target: id, data }, [
          removedCompanion(id),
        ]);
        bus.publish({ type: 'relay.upstream', data: { id } });
      });
    },
  };
}
