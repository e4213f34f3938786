/** Tool-session records: for whom a trace's calls are made. Their writer is trusted; whoever calls a tool only names one. */
import { z } from 'zod';
import { label } from './common';
import type { Principal } from './runs';

/** Printable ASCII without spaces: what a peer of any language writes as a key and reads back letter by letter. */
export const traceIdPattern = /^[\x21-\x7e]{1,200}$/;
export const traceId = z.string().regex(traceIdPattern, 'must be 1–200 printable ASCII characters without spaces');

/** As peers keep it, in snake_case. */
export const traceIdentity = z.strictObject({
  user_id: label(200),
  platform: label(64),
  guild_id: label(200).optional(),
  channel_id: label(200).optional(),
  user_aliases: z.array(label(200)).max(50).optional(),
});
export type TraceIdentity = z.infer<typeof traceIdentity>;

export const traceTtlSeconds = z.number().int().min(1).max(86_400);

export const putTraceBody = z.strictObject({
  identity: traceIdentity,
  /** The server's default when absent. */
  ttlSeconds: traceTtlSeconds.optional(),
  /** Calls of this run alone may use it. */
  runId: label(64).optional(),
});
export type PutTraceBody = z.infer<typeof putTraceBody>;

/** For whom the calls of a trace are made, and of which run alone; null for any. */
export interface TraceRecord {
  readonly principal: Principal;
  readonly runId: string | null;
}

/** What a caller might say about who it is. None of it counts: a body may hold it so that it can be noted, not believed. */
export const identityClaimNames = [
  'userId',
  'user_id',
  'platform',
  'guildId',
  'guild_id',
  'channelId',
  'channel_id',
  'userAliases',
  'user_aliases',
  'principal',
  'identity',
] as const;
export type IdentityClaimName = (typeof identityClaimNames)[number];

const anything = z.unknown().optional();
/** Spread into the schema of a body that ignores identity claims. */
export const identityClaims = Object.fromEntries(identityClaimNames.map((name) => [name, anything])) as Record<
  IdentityClaimName,
  typeof anything
>;
