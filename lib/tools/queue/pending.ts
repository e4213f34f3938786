/** The calls one process has out, until each has ended in exactly one way: the first answer counts, the others find nobody. */
import { AppError } from '@/lib/platform/errors';
import type { ToolAnswer, ToolOrder } from '../runner';
import type { Reply } from './messages';

export interface Pending {
  readonly order: ToolOrder;
  readonly digest: string;
  /** Its place in the stream, once Redis said it. */
  entryId: string | null;
  sentAtMs: number;
  /** When a worker was first seen to have begun it; null before. */
  begunAtMs: number | null;
  /** When its order was first seen to be gone, which a worker removes as it answers. */
  goneAtMs: number | null;
  settle(answer: ToolAnswer): void;
  fail(error: AppError): void;
}

export interface PendingCalls {
  readonly size: number;
  all(): Pending[];
  add(order: ToolOrder, digest: string, nowMs: number): { pending: Pending; answer: Promise<ToolAnswer> };
  onReply(reply: Reply): void;
}

export function createPendingCalls(): PendingCalls {
  const calls = new Map<string, Pending>();

  return {
    get size() {
      return calls.size;
    },
    all: () => [...calls.values()],
    add(order, digest, nowMs) {
      const { promise, resolve, reject } = withResolvers<ToolAnswer>();
      const pending: Pending = {
        ...{ order, digest, entryId: null, sentAtMs: nowMs, begunAtMs: null, goneAtMs: null },
        settle(answer) {
          if (calls.delete(order.callId)) resolve(answer);
        },
        fail(error) {
          if (calls.delete(order.callId)) reject(error);
        },
      };
      calls.set(order.callId, pending);
      return { pending, answer: promise };
    },
    onReply({ call_id, envelope_sha256, output, error }) {
      const pending = calls.get(call_id);
      // An answer to a forged envelope under the same id is not the answer to the one that was sent.
      if (pending?.digest !== envelope_sha256) return;
      if (output) pending.settle({ output });
      else pending.fail(error ? new AppError(error.code, error) : new AppError('CONNECTOR_EXECUTION_FAILED'));
    },
  };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
