/** Upstreams as the database has them. What it holds as JSON is parsed here; the secret is sealed for its own row. */
import { z } from 'zod';
import { type RelayUpstream, relayHandler, relayIdentity } from '@/lib/contracts/relay-upstreams';
import type { Sealer } from '@/lib/platform/sealing';
import type { RelayUpstreamModel } from '@/prisma/generated/models';

export type UpstreamRow = Omit<RelayUpstreamModel, 'secret'>;
export type Handler = z.infer<typeof relayHandler>;
export type Identity = z.infer<typeof relayIdentity>;

export interface Upstream {
  readonly id: string;
  readonly url: string;
  readonly gatewayId: string;
  readonly identities: readonly Identity[];
  readonly handler: Handler;
  /** Dialled with a secret: its connector knows who we are, and what it delivers was authorised there. */
  readonly isTrusted: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** What only this process knows of an upstream. */
export type UpstreamState = Pick<
  RelayUpstream,
  'status' | 'descriptors' | 'lastError' | 'since' | 'sessions' | 'dropped'
>;

export function toUpstream(row: UpstreamRow, isTrusted: boolean): Upstream {
  const { id, url, gatewayId, createdBy, createdAt } = row;
  const identities = z.array(relayIdentity).parse(JSON.parse(row.identities));
  return {
    id,
    url,
    gatewayId,
    createdBy,
    createdAt,
    isTrusted,
    identities,
    handler: relayHandler.parse(JSON.parse(row.handler)),
  };
}

export function showUpstream(upstream: Upstream, state: UpstreamState): RelayUpstream {
  const { isTrusted: trusted, identities, createdAt, ...rest } = upstream;
  return { ...rest, ...state, trusted, identities: [...identities], createdAt: createdAt.toISOString() };
}

const contextOf = (id: string) => `relay-upstream:${id}`;

export function sealUpstreamSecret(sealer: Sealer, id: string, secret: string): string {
  return sealer.seal(secret, contextOf(id));
}

/** Undefined for what was sealed under another master key, for another upstream, or altered. */
export function openUpstreamSecret(sealer: Sealer, id: string, sealed: string): string | undefined {
  return sealer.open(sealed, contextOf(id));
}
