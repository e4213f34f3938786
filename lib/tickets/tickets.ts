/**
 * Tickets: 30-second single-use credentials for one WebSocket upgrade. Bound to who asked, the endpoint, the run and the
 * Origin. One is taken out of the store before it is looked at, so that two racing upgrades cannot both have it and an
 * expired or misused one is burnt. Kept by SHA-256; no error holds any part of one.
 */

import type { AuditLog } from '@/lib/audit/log';
import type { TicketEndpoint } from '@/lib/contracts/operators';
import { type Actor, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { newSecret, sha256Hex } from '@/lib/platform/secrets';

export interface TicketClaim {
  endpoint: TicketEndpoint;
  runId: string | null;
  /** The Origin of the socket, or null where the client sent none. */
  origin: string | null;
}

export interface TicketRequest extends TicketClaim {
  actor: Actor;
}

export interface TicketStore {
  /** @throws AppError CAPACITY when full, AUDIT_UNAVAILABLE. */
  mint(request: TicketRequest): Promise<{ ticket: string; ttl_seconds: number }>;
  /** Who the ticket was minted for, or null for anything wrong with it: unknown, used, expired, or bound to something else. */
  redeem(ticket: string, claim: TicketClaim): Actor | null;
  size(): number;
}

const ticketShape = /^[A-Za-z0-9_-]{43}$/;

export function createTicketStore({ clock, audit }: { clock: Clock; audit: AuditLog }): TicketStore {
  const tickets = new Map<string, TicketRequest & { expiresAtMs: number }>();
  /** Those whose row of the record is being written: they count, or a burst would pass the cap. */
  let minting = 0;

  /** Map order is minting order, and all live equally long: the expired ones are at the front. */
  function sweep(nowMs: number): void {
    for (const [hash, ticket] of tickets) {
      if (ticket.expiresAtMs >= nowMs) return;
      tickets.delete(hash);
    }
  }

  return {
    async mint(request) {
      sweep(clock.now());
      if (tickets.size + minting >= limits.tickets)
        throw new AppError('CAPACITY', { retryAfterSeconds: limits.ticketTtlMs / 1000 });
      minting += 1;
      try {
        await audit.append({
          actor: actorName(request.actor),
          action: 'ticket.mint',
          target: request.runId ?? request.endpoint,
          data: { endpoint: request.endpoint },
        });
      } finally {
        minting -= 1;
      }
      const ticket = newSecret();
      const { actor, endpoint, origin } = request;
      // Only a terminal's address names its run.
      const runId = endpoint === 'pty' ? request.runId : null;
      tickets.set(sha256Hex(ticket), { actor, endpoint, runId, origin, expiresAtMs: clock.now() + limits.ticketTtlMs });
      return { ticket, ttl_seconds: limits.ticketTtlMs / 1000 };
    },

    redeem(ticket, claim) {
      if (!ticketShape.test(ticket)) return null;
      const hash = sha256Hex(ticket);
      const held = tickets.get(hash);
      if (!held) return null;
      tickets.delete(hash);
      const fits = held.endpoint === claim.endpoint && held.runId === claim.runId && held.origin === claim.origin;
      return fits && clock.now() <= held.expiresAtMs ? held.actor : null;
    },

    size: () => tickets.size,
  };
}
