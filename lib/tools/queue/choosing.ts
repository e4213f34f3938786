/**
 * Where the tools run. In this process, until a tools service was started on the same Redis: from then on there, and never silently
 * back, since whoever moved the tools to another user or machine did not want them here.
 */
import type { Config } from '@/lib/platform/config';
import { AppError } from '@/lib/platform/errors';
import type { ToolRunner } from '../runner';
import type { WorkerWatch } from './workers';

export interface ChosenRunner extends ToolRunner {
  runsIn(): 'process' | 'queue';
}

export interface ChoosingOptions {
  local: ToolRunner;
  /** Null where there is no Redis. */
  queue: { runner: ToolRunner; workers: WorkerWatch } | null;
  /** What the operator decided; null leaves it to what is found. */
  decided: Config['tools'];
}

export function createChosenRunner({ local, queue, decided }: ChoosingOptions): ChosenRunner {
  let queued = queue !== null && decided === 'queue';
  const mayMove = queue !== null && decided === null;
  const current = () => (queued && queue ? queue.runner : local);

  async function choose(): Promise<ToolRunner> {
    if (!mayMove || queued) return current();
    const { inUse } = await queue.workers.look().catch((error: unknown) => {
      throw new AppError('CONNECTOR_EXECUTION_FAILED', {
        message: 'Redis does not answer, so it is not known where tools run. Nothing was run.',
        cause: error,
      });
    });
    queued ||= inUse;
    return current();
  }

  return {
    runsIn: () => (queued ? 'queue' : 'process'),
    run: async (order) => (await choose()).run(order),
    shell: () => current().shell(),
    onShellChanged(listener) {
      const stops = [
        local.onShellChanged(listener),
        queue?.runner.onShellChanged(() => {
          if (mayMove) queued ||= queue.workers.state().inUse;
          listener();
        }),
      ];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    async close() {
      await Promise.all([local.close(), queue?.runner.close()]);
    },
  };
}
