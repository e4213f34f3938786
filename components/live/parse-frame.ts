import type { EventFrame, LiveEventType } from '@/lib/contracts/events';

const knownTypes: { [T in LiveEventType | 'reset']: true } = {
  reset: true,
  'run.started': true,
  'run.updated': true,
  'run.ended': true,
  'token.minted': true,
  'token.revoked': true,
  'tool.called': true,
  'approval.requested': true,
  'approval.extended': true,
  'approval.decided': true,
  'plugin.changed': true,
  'connector.changed': true,
  'lock.changed': true,
  'identity.changed': true,
  'credential.changed': true,
  'leak.changed': true,
  'relay.changed': true,
  'relay.message': true,
  'relay.typing': true,
  'relay.upstream': true,
  'relay.platform': true,
  'tools.changed': true,
  'audit.appended': true,
  'agent.event': true,
  'overview.sampled': true,
  'operator.changed': true,
};

/**
 * One text frame of `/api/events`, or null for a type this page does not know: a newer server may send more. The server
 * has put each frame through the contract's schemas, so they are not loaded a second time here.
 */
export function parseEventFrame(text: string): EventFrame | null {
  const frame: unknown = JSON.parse(text);
  if (typeof frame !== 'object' || frame === null || !('type' in frame) || !('seq' in frame)) return null;
  if (typeof frame.type !== 'string' || !Object.hasOwn(knownTypes, frame.type) || !Number.isInteger(frame.seq))
    return null;
  return frame as EventFrame;
}
