import { actorWords, type Names } from '@/components/audit/audit-words';
import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type { CallStatus, GateStepName, ToolCall } from '@/lib/contracts/calls';
import { isPrivilegeName, type PrivilegeName } from '@/lib/contracts/privileges';

/** The twin of the contract's list, whose schemas stay out of the first load. */
export const callStatuses: readonly CallStatus[] = [
  'held',
  'running',
  'completed',
  'failed',
  'refused',
  'cancelled',
  'lost',
];
export const callStatusWords: Record<CallStatus, string> = {
  held: 'waiting',
  running: 'running',
  completed: 'allowed',
  failed: 'failed',
  refused: 'refused',
  cancelled: 'cancelled',
  lost: 'lost',
};
const tones: Record<CallStatus, DotTone> = {
  held: 'wait',
  running: 'live',
  completed: 'live',
  failed: 'stop',
  refused: 'stop',
  cancelled: 'hollow',
  lost: 'hollow',
};

/** Why a call was refused, in two words for a list; the sentence is in its message. */
const refusals: Record<string, string> = {
  TOOL_ENDPOINT_DENIED: 'not for its token',
  TOOL_OPERATION_DENIED: 'not for its token',
  RUN_NOT_ACTIVE: 'run ended',
  LOCKED: 'locked',
  IDENTITY_UNKNOWN: 'unknown identity',
  CONNECTOR_NOT_GRANTED: 'not granted',
  CONNECTOR_NOT_FOUND: 'no such connector',
  CONNECTOR_TOOL_NOT_FOUND: 'no such tool',
  CONNECTOR_DISABLED: 'disabled connector',
  CONNECTOR_INPUT_SCHEMA_MISMATCH: 'input does not fit',
  PRIVILEGE_REQUIRED: 'privilege missing',
  CONNECTOR_SAFETY_DENIED: 'disabled tool',
  CONNECTOR_RATE_LIMITED: 'too many calls',
  BUDGET_EXCEEDED: 'over budget',
  APPROVAL_EXPIRED: 'nobody decided',
  AUDIT_UNAVAILABLE: 'not recorded',
};

/** What became of a call: a dot and its words. */
export function decisionOf(
  call: Pick<ToolCall, 'status' | 'code' | 'decidedBy'>,
  names?: Names,
): { tone: DotTone; words: string } {
  const by = call.decidedBy ? ` by ${actorWords(call.decidedBy, names)}` : '';
  return { tone: tones[call.status], words: wordsOf(call, by) };
}

function wordsOf({ status, code, decidedBy }: Pick<ToolCall, 'status' | 'code' | 'decidedBy'>, by: string): string {
  if (status === 'completed') return decidedBy ? `approved${by}` : callStatusWords.completed;
  if (status !== 'refused' || code === null) return callStatusWords[status];
  if (code === 'APPROVAL_DENIED') return `denied${by}`;
  return refusals[code] ?? printable(code.toLowerCase().replaceAll('_', ' '));
}

export const stepWords: Record<GateStepName, string> = {
  token: 'Token',
  run: 'Run',
  identity: 'Identity',
  plugin: 'Plugin',
  connector: 'Connector and input',
  privilege: 'Privilege',
  safety: 'Safety',
  limits: 'Limits',
  record: 'Recorded',
};

/** What an operator could grant to let the next such call through. */
export function missingGrant(call: ToolCall): { pluginId: string; capability: string } | null {
  if (call.code !== 'CONNECTOR_NOT_GRANTED') return null;
  const { pluginId, capability } = call.details ?? {};
  return typeof pluginId === 'string' && typeof capability === 'string' ? { pluginId, capability } : null;
}

/** The privilege an admin could grant, and to whom. */
export function missingPrivilege(
  call: ToolCall,
): { privilege: PrivilegeName; userId: string; platform: string } | null {
  if (call.code !== 'PRIVILEGE_REQUIRED') return null;
  const privilege = String(call.details?.privilege);
  return isPrivilegeName(privilege) ? { privilege, ...call.principal } : null;
}

/** The sentence for people on this page: an agent is told the address of the grant, which stands here as a button. */
export function messageOf(call: ToolCall): string {
  if (call.message) {
    const { grantAt } = call.details ?? {};
    if (typeof grantAt !== 'string') return printable(call.message);
    return printable(
      call.message
        .replace(` An operator can grant it at ${grantAt}.`, '')
        .replace(` An admin can grant it at ${grantAt}.`, ''),
    );
  }
  switch (call.status) {
    case 'held':
      return 'It waits for an operator. Nothing has been sent yet.';
    case 'running':
      return 'It was let through and is with the connector.';
    case 'completed':
      return call.decidedBy ? 'It was approved, sent and answered.' : 'It was let through and answered.';
    case 'cancelled':
      return 'It was called off before it was answered.';
    case 'lost':
      return 'The server ended while it was under way: whether the tool did its work is not known.';
    default:
      return 'It did not go through.';
  }
}
