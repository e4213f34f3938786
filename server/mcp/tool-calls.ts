/** `tools/call` over the gate: what it is asked, what comes back, and what is said meanwhile. */
import type { PendingResult } from '@/lib/contracts/calls';
import type { Gate } from '@/lib/gate/gate';
import { type CallProgress, type GateRequest, isPending } from '@/lib/gate/request';
import { limits } from '@/lib/platform/limits';
import type { Json } from './plain-call';
import { addressOf } from './tool-names';

/** As `allowedEndpoints` and `allowedOperations` of a token name them. */
export const mcpScope = { endpoint: '/mcp', operation: 'mcp:call' } as const;

/** A call for one of several people a run serves names its tool-session record here; its identity is taken from there alone. */
const traceKey = 'gatehouse/traceId';
const callKey = 'gatehouse/callId';

export interface AskedCall {
  credential: GateRequest['credential'];
  name: string;
  arguments: Json;
  meta: Json | undefined;
  leaving: AbortSignal;
  /** Absent when the client did not ask for progress. */
  onProgress: ((progress: CallProgress) => void) | undefined;
}

export interface ToolResult {
  content: Array<Json>;
  structuredContent?: Json;
  isError?: boolean;
  _meta: Json;
}

/** @throws AppError as `Gate.call`. */
export type CallTool = (asked: AskedCall) => Promise<ToolResult>;

export interface ToolCallsDeps {
  gate: Pick<Gate, 'call' | 'reachable'>;
  publicUrl: string;
  /** How long a held call is waited for before it is answered as pending. */
  heldWaitMs?: number;
}

export function createCallTool({ gate, publicUrl, heldWaitMs = limits.mcpHeldWaitMs }: ToolCallsDeps): CallTool {
  return async ({ credential, name, arguments: input, meta, leaving, onProgress }) => {
    let quiet: () => void = () => undefined;
    try {
      const answer = await gate.call({
        via: 'mcp',
        credential,
        ...mcpScope,
        traceId: traceIdOf(meta),
        target: () => ({ ...addressOf(name, () => gate.reachable({ credential, ...mcpScope })), input }),
        waitMs: heldWaitMs,
        leaving,
        onProgress,
        onHeld: (pending) => {
          if (onProgress) quiet = sayThatItWaits(pending, onProgress);
        },
      });
      if (isPending(answer)) return pendingResult(answer, name, publicUrl);
      return { ...answer.output, _meta: { [callKey]: answer.callId } };
    } finally {
      quiet();
    }
  };
}

/** Whatever is given that is no trace id belongs to no record, and so is refused: it never falls back to the run's own identity. */
function traceIdOf(meta: Json | undefined): string | null {
  if (meta === undefined || !(traceKey in meta)) return null;
  const traceId = meta[traceKey];
  return typeof traceId === 'string' ? traceId : '';
}

/** Clients that count silence against a call hear of it while an operator thinks. @returns what ends it. */
function sayThatItWaits({ approvalId }: PendingResult, onProgress: (progress: CallProgress) => void): () => void {
  let progress = 0;
  const say = () => {
    progress += 1;
    onProgress({ progress, message: `Waits for an operator to decide (${approvalId}).` });
  };
  say();
  const timer = setInterval(say, limits.mcpHeldProgressMs);
  return () => clearInterval(timer);
}

function pendingResult({ status, callId, approvalId }: PendingResult, name: string, publicUrl: string): ToolResult {
  const lookAt = `${publicUrl}/api/tools/calls/${callId}`;
  const text =
    `${name} was not called yet: an operator has to approve it with exactly these arguments (${approvalId}). ` +
    `Its outcome will be at GET ${lookAt}, with the same bearer token; ?wait=60 waits for it. ` +
    'Calling the tool again would ask for another approval.';
  return {
    content: [{ type: 'text', text }],
    structuredContent: { status, callId, approvalId, lookAt },
    _meta: { [callKey]: callId },
  };
}
