/** Tool-session records in Redis, where peers write and read them too: MessagePack under the prefix, `SET … EX`, one round trip each. */
import { type RedisClient, within } from '@/lib/platform/redis';
import { decodeRecord, encodeRecord } from './encoding';
import type { TraceStore } from './trace-store';

export function createRedisTraceStore({ client, prefix }: { client: RedisClient; prefix: string }): TraceStore {
  return {
    async find(traceId) {
      const bytes = await within(client.get(prefix + traceId));
      return bytes === null ? null : decodeRecord(bytes);
    },
    async put(traceId, record, ttlMs) {
      const value = Buffer.from(encodeRecord(record));
      const expiration = { type: 'EX', value: Math.ceil(ttlMs / 1_000) } as const;
      await within(client.set(prefix + traceId, value, { expiration }));
    },
    // The connection belongs to whoever opened it.
    close: async () => undefined,
  };
}
