/** Connectors as the gate sees them: what exists, what its tools may do, and the one way to call one. */
import type { CallOutput } from '@/lib/contracts/calls';
import type { ApprovalMode, ConnectorStatus, SafetyClass } from '@/lib/contracts/connectors';
import type { PrivilegeName } from '@/lib/contracts/privileges';
import type { Principal } from '@/lib/contracts/runs';
import type { LeakCount } from '@/lib/leaks/scanner';

export interface CallableTool {
  readonly name: string;
  /** For people to read, where its server gave one. */
  readonly title?: string | undefined;
  readonly description: string;
  readonly inputSchema: Record<string, unknown>;
  readonly outputSchema?: Record<string, unknown> | undefined;
  /** As its server gave them, for MCP clients to see. */
  readonly annotations: Record<string, unknown> | undefined;
  readonly safety: SafetyClass;
  readonly approval: ApprovalMode;
  readonly overridden: boolean;
  /** Why it has its class. */
  readonly why: string;
  /** What a run's plugin must have been granted to call it, where that is not the connector itself. */
  readonly capability?: string | undefined;
  /** What a principal must hold to call it, now; asked on every call. */
  readonly privilege?: PrivilegeName | undefined;
  /** What is wrong with an input, a phrase each: "path: must be a string". Empty when it fits. */
  validate(input: Record<string, unknown>): string[];
}

export interface ConnectorState {
  readonly id: string;
  readonly name: string;
  /** The tools service: its calls say for whom they are, so only the way that asks for that leads to it. */
  readonly builtin: boolean;
  readonly enabled: boolean;
  readonly status: ConnectorStatus;
  readonly error: string | undefined;
  readonly limits: { callsPerMinute: number; callsPerRun: number; outputBytes: number; timeoutSeconds: number };
  readonly tools: ReadonlyMap<string, CallableTool>;
}

/** Whose call it is, as the gate found it. */
export interface CallOrigin {
  callId: string;
  runId: string;
  traceId: string | null;
  principal: Principal;
  privileges: bigint;
}

export interface ToolInvocation {
  connectorId: string;
  toolName: string;
  input: Record<string, unknown>;
  /** The tools service makes no call without one. */
  origin?: CallOrigin | undefined;
  /** Aborting it cancels the call towards the connector. */
  signal: AbortSignal;
  onProgress?: ((progress: { progress: number; total?: number; message?: string }) => void) | undefined;
}

export interface ToolOutcome {
  /** Redacted and within the connector's limit. */
  output: CallOutput;
  bytes: number;
  redactions: number;
  /** Those of them in the shape of a known token. */
  leaks?: LeakCount[] | undefined;
}

export interface ConnectorDirectory {
  get(id: string): ConnectorState | undefined;
  /** Sorted by id. */
  all(): ConnectorState[];
  /**
   * Called by the gate alone.
   * @throws AppError CONNECTOR_EXECUTION_FAILED (also for a timeout and for a connector that is down),
   *   CONNECTOR_OUTPUT_TOO_LARGE, CALL_CANCELLED once `signal` is aborted.
   */
  execute(invocation: ToolInvocation): Promise<ToolOutcome>;
}
