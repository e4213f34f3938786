/** `/api/pub`: the event lines of a spawned child. One JSON object a line, one or more lines a message. */
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from '@/lib/platform/json';
import { limits } from '@/lib/platform/limits';
import type { AgentEvents } from '@/lib/runs/agent-events';
import type { LiveRuns } from '@/lib/runs/live-runs';
import { createFrameLimit, textOf } from './link';
import type { TrackedSocket } from './registry';

const line = z.looseObject({ type: z.string().min(1).max(100).default('event') });

export interface PubDeps {
  live: LiveRuns;
  agentEvents: AgentEvents;
}

export function servePub(ws: WebSocket, socket: TrackedSocket, runId: string, { live, agentEvents }: PubDeps): void {
  const withinLimit = createFrameLimit();
  ws.on('message', (data, isBinary) => {
    if (isBinary) return socket.close('malformed', 'event lines are text');
    for (const text of textOf(data).split('\n')) {
      if (text.trim() === '') continue;
      if (!withinLimit()) return socket.close('tooFast', 'too many events');
      if (Buffer.byteLength(text) > limits.agentEventBytes)
        return socket.close('malformed', 'an event line is over 64 KiB');
      const parsed = line.safeParse(parseJson(text));
      if (!parsed.success)
        return socket.close('malformed', 'each line must be a JSON object with a type, not nested too deeply');
      const run = live.accepting(runId);
      if (!run) return socket.close('unauthorized', 'the run has ended');
      const { type, ...data } = parsed.data;
      agentEvents.publish(run, type, data);
    }
  });
}
