/** The tools and where they run: in this process, or behind the queue. Each part made once. */
import { join } from 'node:path';
import type { AuditLog } from '@/lib/audit/log';
import type { CallService } from '@/lib/calls/calls';
import { toolsConnectorId } from '@/lib/contracts/tools';
import type { ReplayResult } from '@/lib/contracts/tools-queue';
import type { Gate } from '@/lib/gate/gate';
import { isPending, serviceScope } from '@/lib/gate/request';
import { serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Config } from '@/lib/platform/config';
import { AppError, toAppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import type { Log } from '@/lib/platform/log';
import type { RedisLink } from '@/lib/platform/redis';
import { schemaHash } from '@/lib/tools/catalogue';
import { createLocalRunner } from '@/lib/tools/local-runner';
import { ownFiles } from '@/lib/tools/own-files';
import { createChosenRunner } from '@/lib/tools/queue/choosing';
import { createQueueRunner } from '@/lib/tools/queue/producer';
import { createToolsQueueService } from '@/lib/tools/queue/service';
import { createWorkerWatch } from '@/lib/tools/queue/workers';
import { toIdentity } from '@/lib/traces/encoding';
import type { TraceService } from '@/lib/traces/traces';

export interface ToolsOptions {
  config: Config;
  redis: RedisLink | null;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
}

export function createTools({ config, redis, audit, bus, clock, log }: ToolsOptions) {
  const local = createLocalRunner({ folder: join(config.dataDir, 'sandbox'), hidden: ownFiles(config), log });
  const queue = redis && openQueue(redis);
  const runner = createChosenRunner({ local, queue, decided: config.tools });

  function openQueue(link: RedisLink) {
    const workers = createWorkerWatch({ link, log });
    const recordPrefix = config.toolSessions.prefix;
    const processId = newId('con');
    return { link, workers, runner: createQueueRunner({ link, recordPrefix, schemaHash, workers, processId, log }) };
  }

  return {
    runner,
    /** Once there is a gate, which replays go through like every call. */
    queueService: (makeAgain: (callId: string) => Promise<ReplayResult>) =>
      createToolsQueueService({ runner, queue, audit, bus, clock, makeAgain }),
    async close(): Promise<void> {
      queue?.workers.close();
      await runner.close();
    },
  };
}

interface AgainOptions {
  gate: Gate;
  calls: CallService;
  traces: TraceService;
}

/**
 * A call that no worker could begin, once more: for its run and with its token, so that nothing is allowed that was not, and for the
 * principal its record named then, in a record that the server writes for that run alone.
 */
export function createAgain({ gate, calls, traces }: AgainOptions) {
  return async (callId: string): Promise<ReplayResult> => {
    const { runId, tokenId, toolName, principal, ...call } = await calls.get(callId, serverActor);
    const input = call.arguments;
    if (typeof input !== 'object' || input === null)
      throw new AppError('CALL_NOT_FOUND', { message: 'Its arguments are not kept any more. It can be discarded.' });
    const traceId = newId('trc');
    await traces.put(traceId, { identity: toIdentity(principal), runId }, serverActor);
    try {
      const answer = await gate.call({
        via: 'queue',
        credential: tokenId === 'internal' ? { kind: 'internal', runId } : { kind: 'held', runId, tokenId },
        ...serviceScope,
        traceId,
        target: () => ({ connectorId: toolsConnectorId, toolName, input: { ...input }, service: true }),
        waitMs: 0,
        leaving: new AbortController().signal,
      });
      return { callId: answer.callId, status: isPending(answer) ? 'pending' : 'made' };
    } catch (thrown) {
      const error = toAppError(thrown);
      const madeId = typeof error.details?.callId === 'string' ? error.details.callId : null;
      const made = madeId === null ? undefined : await calls.find(madeId);
      // Let through, and then it failed: that is the story of the new call.
      if (made && made.call.status !== 'refused') return { callId: made.call.id, status: 'made' };
      throw error;
    }
  };
}
