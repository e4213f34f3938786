/** What a chat platform is given in a test: an edge that keeps what reaches it, and a log that is read afterwards. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { InstanceRow } from '@/lib/relay/instances';
import type { IntakeResult } from '@/lib/relay/intake';
import type { DirectAction, HeldCapability, ObservedAuthor, PlatformEdge } from '@/lib/relay/platforms/platform';
import type { PassthroughForward } from '@/lib/relay/protocol/frames';
import type { InboundEvent, InboundSource } from '@/lib/relay/protocol/inbound';

export interface Passed {
  author: ObservedAuthor;
  source: InboundSource;
  forward: PassthroughForward;
  capability?: Pick<HeldCapability, 'kind' | 'credential'> & { untilMs: number };
}

/** A relay to which everybody is a stranger. */
export const strangersEdge: PlatformEdge = {
  message: async () => ({ outcome: 'unlinked' }),
  passthrough: async () => ({ outcome: 'unlinked' }),
  keepMedia: async () => null,
  mediaOf: async () => null,
};

export function chatEdge() {
  const heard: Array<{ author: ObservedAuthor; event: InboundEvent }> = [];
  const passed: Passed[] = [];
  const failures: Error[] = [];
  let result: IntakeResult = { outcome: 'delivered', instanceId: 'rly_1', bufferId: null };
  let hangs = false;
  const answer = async () => {
    if (hangs) await new Promise(() => undefined);
    const failure = failures.shift();
    if (failure) throw failure;
    return result;
  };
  const edge: PlatformEdge = {
    ...strangersEdge,
    async message(author, event) {
      const answered = await answer();
      heard.push({ author, event });
      return answered;
    },
    async passthrough(author, request) {
      const answered = await answer();
      passed.push({ author, ...request });
      return answered;
    },
  };
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return {
    ...{ edge, heard, passed },
    log: pino({ level: 'trace' }, sink),
    logged: () => lines.join(''),
    result(next: IntakeResult) {
      result = next;
    },
    /** Nothing is answered any more. */
    hangs() {
      hangs = true;
    },
    /** The next message meets this. */
    fails: (error: Error) => void failures.push(error),
  };
}

/** As much of an instance as a platform looks at. */
export const instance = { id: 'rly_1' } as InstanceRow;

export const to = (chat_id: string, metadata: DirectAction['metadata'] = null) => ({ chat_id, metadata });

/** Those that keep the process. */
export const runningTimers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
