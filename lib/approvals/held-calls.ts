/** Approvals as the gate sees them: a call is held, somebody decides, and the gate runs again. */

import type { Companion } from '@/lib/audit/record-writer';
import type { Approval } from '@/lib/contracts/approvals';
import type { SafetyClass } from '@/lib/contracts/connectors';

export interface HoldRequest {
  /** `apr_…`, drawn by the gate, which puts it on the call's row too. */
  id: string;
  runId: string;
  runTitle: string;
  callId: string;
  connectorId: string;
  toolName: string;
  arguments: Record<string, unknown>;
  argumentsSha256: string;
  safety: SafetyClass;
  why: string;
  principal: { userId: string; platform: string };
  plugin: { id: string; version: string; tier: string } | null;
}

export interface HeldCalls {
  /**
   * The approval and the row that makes it durable, in the commit of the call's own row of the record.
   * @throws AppError CONNECTOR_RATE_LIMITED when the run holds too many.
   */
  prepare(request: HoldRequest): { approval: Approval; companion: Companion };
  /** Called once that commit is made: it is in the queue from here on. */
  open(approval: Approval): void;
  /** Resolves when it is decided, expired or cancelled, or after `ms`, or when `signal` aborts; with what it is then. */
  settled(id: string, { ms, signal }: { ms: number; signal?: AbortSignal }): Promise<Approval>;
  get(id: string): Promise<Approval>;
  /** The approval that lets a run call this tool with any arguments, if somebody gave one. */
  forRun(runId: string, connectorId: string, toolName: string): { id: string; decidedBy: string } | undefined;
  /** The agent left, or the call ended otherwise. */
  cancel(id: string, reason: string): Promise<void>;
  /** The run ended. @returns how many were pending. */
  cancelRun(runId: string): Promise<number>;
  /** Told after the decision is durable, with each approval that is not pending any more: the gate carries it out. */
  onSettled(listener: (approval: Approval) => void): void;
}
