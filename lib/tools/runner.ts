/** The tools as the gate sees them: an order that was authorised goes in, what the tool answered comes out. */
import type { Principal } from '@/lib/contracts/runs';
import type { ToolName } from '@/lib/contracts/tools';

export interface ToolOrder {
  callId: string;
  runId: string;
  traceId: string;
  tool: ToolName;
  /** They fit the tool's schema; a runner that has them from elsewhere checks again. */
  arguments: Record<string, unknown>;
  principal: Principal;
  /** The effective bits of the principal, as the gate found them. */
  privileges: bigint;
  /** Absolute: what the call may touch, and where a command runs. */
  directory: string;
  /** Nothing of the call goes on after this. */
  timeoutMs: number;
  /** Aborting it ends the call, with every process of it. */
  signal: AbortSignal;
}

export interface ToolAnswer {
  /** As `toolOutputs` has it for the tool. */
  output: Record<string, unknown>;
}

/** Whether commands run in a sandbox here, and if not, why not. */
export type ShellState = { sandboxed: true; note: string } | { sandboxed: false; note: string };

export interface ToolRunner {
  /**
   * @throws AppError PATH_REFUSED, ADDRESS_REFUSED, PRIVILEGE_REQUIRED (a shell without a sandbox), CALL_CANCELLED once
   *   `signal` is aborted, CONNECTOR_EXECUTION_FAILED for everything else that goes wrong.
   */
  run(order: ToolOrder): Promise<ToolAnswer>;
  /** As it is known now; null until it is. */
  shell(): ShellState | null;
  /** Told whenever `shell` answers something else. @returns a way to stop that. */
  onShellChanged(listener: () => void): () => void;
  close(): Promise<void>;
}
