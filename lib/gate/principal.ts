/** For whom a call is made, and what that principal must hold. The twin of `steps.ts`, for the two steps that ask about people. */
import type { CallableTool } from '@/lib/connectors/directory';
import type { Principal } from '@/lib/contracts/runs';
import type { TraceRecord } from '@/lib/contracts/traces';
import { AppError } from '@/lib/platform/errors';
import { bitOf } from '@/lib/privileges/bits';
import type { LiveRun } from '@/lib/runs/live-runs';
import { type Claims, mismatch } from '@/lib/traces/claims';
import type { GateRequest } from './request';
import { checkLocks, type World } from './steps';
import { type Finding, passed, refused } from './trace';

/**
 * For whom the call is made: the tool-session record of its trace alone says so, or the run where it names none. An unknown,
 * an expired and another run's record are refused alike, so that a guess learns nothing.
 */
export function checkIdentity(
  run: LiveRun,
  { traceId, claims }: Pick<GateRequest, 'traceId' | 'claims'>,
  record: TraceRecord | null,
  world: World,
): Finding<Principal> {
  if (traceId === null)
    return passed(run.principal, `${nameOf(run.principal)}, from the run${claimNote(claims, run.principal)}`);
  if (!record) return refused(new AppError('IDENTITY_UNKNOWN'), 'no record of that trace');
  if (record.runId !== null && record.runId !== run.id)
    return refused(new AppError('IDENTITY_UNKNOWN'), 'the record is for another run');
  const { principal } = record;
  const locked = checkLocks(run, principal, world);
  if (!locked.ok) return locked;
  return passed(principal, `${nameOf(principal)}, from trace ${traceId.slice(0, 24)}${claimNote(claims, principal)}`);
}

function claimNote(claims: Claims | null | undefined, principal: Principal): string {
  const wrong = mismatch(claims, principal);
  if (!wrong) return '';
  const said = Object.entries(wrong).map(([name, value]) => `${name} ${value.slice(0, 40)}`);
  return `; the request said ${said.join(', ')}, which counts for nothing`;
}

/** What the tool asks for, of the principal as it stands now. */
export function checkPrivilege(
  { privilege, name }: Pick<CallableTool, 'privilege' | 'name'>,
  { userId, platform }: Principal,
  held: bigint,
  { publicUrl }: Pick<World, 'publicUrl'>,
): Finding<null> {
  if (privilege === undefined) return passed(null, 'none asked for');
  if ((held & bitOf(privilege)) !== 0n) return passed(null, `${userId} on ${platform} holds ${privilege}`);
  const grantAt = `${publicUrl}/identities/${encodeURIComponent(userId)}?platform=${encodeURIComponent(platform)}`;
  const message = `${name} needs ${privilege}, which ${userId} on ${platform} does not hold here. Nothing was run. An admin can grant it at ${grantAt}.`;
  return refused(
    new AppError('PRIVILEGE_REQUIRED', { message, details: { privilege, principal: { userId, platform }, grantAt } }),
    `${userId} on ${platform} does not hold ${privilege}`,
  );
}

function nameOf({ userId, platform }: Principal): string {
  return `${userId} on ${platform}`;
}
