/**
 * Who was ever named: by a run, by a tool-session record, by a call. Noted in memory, written in one statement every moment, so
 * that a call pays nothing for it; what a crash takes is named again by the next call.
 */
import { principalKey } from '@/lib/contracts/identities';
import type { Principal } from '@/lib/contracts/runs';
import type { Clock } from '@/lib/platform/clock';
import { type Database, storedTime } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';

export interface SeenPrincipals {
  see(principal: Principal): void;
  /** Resolves once everyone seen until now has a row. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Seen {
  platform: string;
  userId: string;
  /** JSON, or null where it was named without any. */
  aliases: string | null;
  firstMs: number;
  lastMs: number;
}

const flushMs = 2_000;
/** So many at once are not left to the timer. */
const manyWaiting = 5_000;

export function createSeenPrincipals(options: { db: Database; bus: EventBus; clock: Clock; log: Log }): SeenPrincipals {
  const { db, bus, clock, log } = options;
  let waiting = new Map<string, Seen>();
  let writing: Promise<void> = Promise.resolve();

  function see(principal: Principal): void {
    const { platform, userId, userAliases } = principal;
    const key = principalKey(principal);
    const nowMs = clock.now();
    const seen = waiting.get(key);
    const aliases = userAliases === undefined ? (seen?.aliases ?? null) : JSON.stringify(userAliases);
    if (seen) Object.assign(seen, { aliases, lastMs: nowMs });
    else waiting.set(key, { platform, userId, aliases, firstMs: nowMs, lastMs: nowMs });
    if (waiting.size >= manyWaiting) void flush();
  }

  function flush(): Promise<void> {
    const batch = [...waiting.values()];
    waiting = new Map();
    if (batch.length > 0)
      writing = writing
        .then(() => write(db, batch))
        .catch((error: unknown) => log.warn({ err: error }, 'principals that were seen could not be written'));
    return writing;
  }

  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'run.started' || event.type === 'tool.called') see(event.data.principal);
  });
  const timer = setInterval(() => void flush(), flushMs);
  timer.unref();

  return {
    see,
    flush,
    async close() {
      clearInterval(timer);
      unsubscribe();
      await flush();
    },
  };
}

async function write(db: Database, batch: Seen[]): Promise<void> {
  const rows = batch.map(({ platform, userId, aliases, firstMs, lastMs }) => {
    return { platform, userId, aliases, firstSeenAt: storedTime(firstMs), lastSeenAt: storedTime(lastMs) };
  });
  await db.$executeRaw`
    INSERT INTO "Identity" ("platform", "userId", "aliases", "firstSeenAt", "lastSeenAt")
    SELECT value ->> 'platform', value ->> 'userId', COALESCE(value ->> 'aliases', '[]'), value ->> 'firstSeenAt',
      value ->> 'lastSeenAt'
    FROM json_each(${JSON.stringify(rows)}) WHERE true
    ON CONFLICT ("platform", "userId") DO UPDATE SET "lastSeenAt" = MAX("lastSeenAt", excluded."lastSeenAt"),
      "aliases" = CASE WHEN excluded."aliases" = '[]' THEN "aliases" ELSE excluded."aliases" END`;
}
