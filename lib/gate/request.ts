/** What comes to the gate, whatever the adapter: HTTP, MCP, JSON-RPC, the queue. */
import type { ExecuteResult, PendingResult, ToolCall } from '@/lib/contracts/calls';
import type { Claims } from '@/lib/traces/claims';

/** With what the caller proves itself. */
export type CallCredential =
  | { kind: 'bearer'; token: string | undefined }
  /** A child on its run's own socket. It calls while its run holds a live tool token. */
  | { kind: 'internal'; runId: string }
  /** A call that was held, when it is carried out. */
  | { kind: 'held'; runId: string; tokenId: string };

export interface CallTarget {
  connectorId: string;
  /** Asked for over the way of the tools service, which leads to it and to nothing else. */
  service?: boolean;
  toolName: string;
  input: Record<string, unknown>;
}

/** What a token must allow for a call of a connector, and of the tools service. */
export const connectorScope = { endpoint: '/api/tools/connectors/execute', operation: 'connectors:execute' } as const;
export const serviceScope = { endpoint: '/api/tools/execute', operation: 'tools:execute' } as const;

export interface CallProgress {
  progress: number;
  total?: number;
  message?: string;
}

export interface GateRequest {
  via: ToolCall['via'];
  credential: CallCredential;
  /** Path of the data plane, as `allowedEndpoints` name it. */
  endpoint: string;
  operation: string;
  /** The trace id as the caller gave it, before the rest was checked: who is asking comes before what is asked. */
  traceId: string | null;
  /** Who the request says it is. Never believed: where it differs from the record, it is noted. */
  claims?: Claims | null;
  /** @throws AppError BAD_REQUEST. Called once it is settled who asks. */
  target(): CallTarget;
  /** Milliseconds to wait for a decision when the call is held. */
  waitMs: number;
  /** Aborts when the agent goes away. */
  leaving: AbortSignal;
  onProgress?: ((progress: CallProgress) => void) | undefined;
  /** Told at once when the call is held, while the answer is still waited for. */
  onHeld?: (pending: PendingResult) => void;
}

export type GateAnswer = ExecuteResult | PendingResult;

export function isPending(answer: GateAnswer): answer is PendingResult {
  return 'status' in answer;
}
