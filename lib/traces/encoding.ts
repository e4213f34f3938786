/**
 * A tool-session record as peers keep it: a MessagePack map in snake_case. What is read was written by another program, perhaps
 * an older or a broken one: it is a record only if every field is what it should be. A number is no user id, since one beyond
 * 2^53 would be read as its neighbour's.
 */
import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import { label } from '@/lib/contracts/common';
import type { Principal } from '@/lib/contracts/runs';
import { type TraceIdentity, type TraceRecord, traceIdentity } from '@/lib/contracts/traces';
import { limits } from '@/lib/platform/limits';

/** Peers write nothing, None or an empty text where there is none. */
const absent = z.union([z.null(), z.literal('')]).transform(() => undefined);
const { guild_id, channel_id, user_aliases } = traceIdentity.shape;
const storedRecord = z.object({
  user_id: traceIdentity.shape.user_id,
  platform: traceIdentity.shape.platform,
  guild_id: z.union([absent, guild_id]),
  channel_id: z.union([absent, channel_id]),
  user_aliases: z.union([absent, user_aliases]),
  run_id: z.union([absent, label(64).optional()]),
});

const limitsOfText = {
  maxStrLength: limits.traceRecordBytes,
  maxBinLength: limits.traceRecordBytes,
  maxArrayLength: 1_000,
  maxMapLength: 100,
  maxExtLength: 0,
};

export function encodeRecord({ principal, runId }: TraceRecord): Uint8Array {
  return encode({ ...toIdentity(principal), ...(runId !== null && { run_id: runId }) });
}

/** @throws Error for what is no record. */
export function decodeRecord(bytes: Uint8Array): TraceRecord {
  if (bytes.length > limits.traceRecordBytes) throw new RangeError('a tool-session record is too large');
  const { run_id, ...identity } = storedRecord.parse(decode(bytes, limitsOfText));
  return toRecord(identity, run_id ?? null);
}

/** A principal as peers name one. */
export function toIdentity({ userId, platform, guildId, channelId, userAliases }: Principal): TraceIdentity {
  return {
    user_id: userId,
    platform,
    ...(guildId !== undefined && { guild_id: guildId }),
    ...(channelId !== undefined && { channel_id: channelId }),
    ...(userAliases !== undefined && { user_aliases: userAliases }),
  };
}

export function toRecord(identity: TraceIdentity, runId: string | null): TraceRecord {
  const { user_id, platform, guild_id, channel_id, user_aliases } = identity;
  return {
    runId,
    principal: {
      userId: user_id,
      platform,
      ...(guild_id !== undefined && { guildId: guild_id }),
      ...(channel_id !== undefined && { channelId: channel_id }),
      ...(user_aliases !== undefined && { userAliases: user_aliases }),
    },
  };
}
