'use client';

import { useQuery } from '@tanstack/react-query';
import { toolsQueueQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { ErrorState } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { StatusDot } from '@/components/ui/status-dot';
import type { ToolsQueue, ToolsWorker } from '@/lib/contracts/tools-queue';
import { DeadLetters } from './dead-letters';

/** Who makes the calls of the tools service where it runs in processes of its own, and what nobody could begin. */
export function QueueTab() {
  const { can } = useMe();
  const { data: queue, error, refetch } = useQuery(toolsQueueQuery());
  if (!queue && error)
    return <ErrorState title="The queue could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (!queue) return <SkeletonRows label="Loading the queue" rows={4} />;
  return (
    <div className="flex max-w-[980px] flex-col gap-6">
      <Workers queue={queue} />
      {can('settings.manage') ? (
        <DeadLetters count={queue.deadLetters} />
      ) : (
        queue.deadLetters > 0 && (
          <p className="text-muted">Dead letters: {queue.deadLetters}. An admin can replay or discard them.</p>
        )
      )}
    </div>
  );
}

function Workers({ queue: { runsIn, problem, workers } }: { queue: ToolsQueue }) {
  return (
    <section aria-label="Workers" className="flex flex-col gap-2">
      <h2 className="font-medium">
        Workers <span className="font-normal text-muted">{workers.length === 0 ? 'none' : workers.length}</span>
      </h2>
      {problem !== null && <p className="rounded-md bg-stop-ground px-3 py-2 text-stop">{printable(problem)}</p>}
      {runsIn === 'process' && (
        <p className="text-muted">
          The tools run in the process of the server. To run them in a process of their own, start{' '}
          <code className="text-text">npm run tools</code> with the same <code className="text-text">REDIS_URL</code> as
          the server.
        </p>
      )}
      {runsIn === 'queue' && workers.length === 0 && problem === null && (
        <div role="status" className="rounded-md bg-stop-ground px-3 py-2">
          <p className="font-medium text-stop">No tools service runs, so every call of its tools is refused.</p>
          <p>
            Start <code>npm run tools</code> with the same <code>REDIS_URL</code> as the server.
          </p>
        </div>
      )}
      {workers.length > 0 && (
        <ul className="border-line border-t">
          {workers.map((worker) => (
            <WorkerRow key={worker.name} worker={worker} />
          ))}
        </ul>
      )}
    </section>
  );
}

function WorkerRow({ worker: { name, host, pid, shell } }: { worker: ToolsWorker }) {
  return (
    <li className="flex min-h-[38px] flex-wrap items-center gap-x-4 gap-y-0.5 border-line border-b px-1 py-1.5">
      <StatusDot tone="live">ready</StatusDot>
      <code>{printable(name)}</code>
      {host !== null && (
        <span>
          {printable(host)} <span className="text-muted">process {pid}</span>
        </span>
      )}
      {shell && (
        <span className="min-w-0 break-words text-muted">
          {shell.sandboxed ? 'shell is sandboxed' : `shell is refused: ${printable(shell.note)}`}
        </span>
      )}
    </li>
  );
}
