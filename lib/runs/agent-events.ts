/** What runs say about themselves on `/api/pub`: kept up to a limit, always shown live. */
import type { AgentEvent } from '@/lib/contracts/runs';
import { type Clock, toIso } from '@/lib/platform/clock';
import { decodeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { LiveRun } from './live-runs';
import { toAgentEvent } from './rows';

export interface AgentEvents {
  /** Shown at once, written with the others of the next moment. */
  publish(run: LiveRun, type: string, data: Record<string, unknown>): void;
  list(
    runId: string,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: AgentEvent[]; nextCursor: string | null }>;
  close(): Promise<void>;
}

const flushMs = 50;

export function createAgentEvents({
  db,
  bus,
  clock,
  log,
}: {
  db: Database;
  bus: EventBus;
  clock: Clock;
  log: Log;
}): AgentEvents {
  let waiting: AgentEvent[] = [];
  let timer: NodeJS.Timeout | null = null;

  async function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const rows = waiting.map((event) => ({ ...event, data: JSON.stringify(event.data) }));
    waiting = [];
    if (rows.length === 0) return;
    await db.agentEvent
      .createMany({ data: rows })
      .catch((error: unknown) => log.error({ err: error }, 'agent events could not be kept'));
  }

  return {
    publish(run, type, data) {
      run.agentEventSeq += 1;
      const event = { runId: run.id, seq: run.agentEventSeq, at: toIso(clock.now()), type, data };
      bus.publish({ type: 'agent.event', data: event });
      if (run.agentEventSeq > limits.agentEventsPerRun) return;
      waiting.push(event);
      timer ??= setTimeout(() => void flush(), flushMs);
    },
    async list(runId, { limit, cursor }) {
      await flush();
      const before = cursor === undefined ? undefined : Number(decodeCursor(cursor)[0]);
      const rows = await db.agentEvent.findMany({
        where: { runId, seq: before === undefined ? undefined : { lt: before } },
        orderBy: { seq: 'desc' },
        take: limit + 1,
      });
      return pageFrom(rows, limit, { cursor: (row) => [row.seq], item: toAgentEvent });
    },
    close: flush,
  };
}
