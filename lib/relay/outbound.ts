/**
 * What one gateway asks to be done, from frame to result. The decision is on the record before anything is done; a request that
 * comes again is answered as it was and not done again; a declined one is never tried as another.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { Clock } from '@/lib/platform/clock';
import { storedTime } from '@/lib/platform/database';
import { isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { claimOf, type EgressGuard } from './egress';
import type { FollowUps } from './follow-up';
import type { InstanceRow } from './instances';
import type { PlatformDirectory } from './platforms/platform';
import {
  egressDeclined,
  type OutboundAction,
  type OutboundResult,
  parseAction,
  unsupportedOp,
} from './protocol/actions';

export interface OutboundRequest {
  requestId: string;
  action: unknown;
  platform: string | null | undefined;
}

export interface OutboundDesk {
  /** Never rejects: a gateway waits for a result whatever it asked. */
  answer(request: OutboundRequest): Promise<OutboundResult>;
}

export interface OutboundDeps {
  audit: AuditLog;
  clock: Clock;
  log: Log;
  guard: EgressGuard;
  followUps: FollowUps;
  platforms: PlatformDirectory;
  onDenied: (instanceId: string) => void;
}

const denied: CompanionTable = {
  statements: [
    `INSERT INTO "RelayDenial" ("seq", "instanceId", "at", "platform", "op", "chatId", "reason")
     VALUES (@seq, @instanceId, @at, @platform, @op, @chatId, @reason)`,
    `DELETE FROM "RelayDenial" WHERE "instanceId" = @instanceId AND "seq" <=
       (SELECT "seq" FROM "RelayDenial" WHERE "instanceId" = @instanceId ORDER BY "seq" DESC LIMIT 1 OFFSET @kept)`,
  ],
};

/** One desk a connection: request ids are the gateway's own, and begin anew with each. */
export function createOutboundDesk(instance: InstanceRow, deps: OutboundDeps): OutboundDesk {
  const { audit, clock, log, guard, followUps, platforms, onDenied } = deps;
  const results = new Map<string, Promise<OutboundResult>>();
  let inFlight = 0;
  const actor = `gateway:${instance.id}`;

  async function work({ action: given, platform: said }: OutboundRequest): Promise<OutboundResult> {
    const parsed = parseAction(given);
    if ('refusal' in parsed) return parsed.refusal;
    const { action } = parsed;
    if (action.op === 'follow_up') return followUp(action);
    const claim = claimOf(action, said);
    const verdict = await guard.judge(instance, claim);
    const { platform } = verdict;
    const data = { op: action.op, platform, chatId: claim.chatId };
    if ('declined' in verdict) {
      await decline(action, { platform, chatId: claim.chatId, reason: verdict.declined });
      return egressDeclined(platform);
    }
    const backend = platforms.get(platform, instance.tenant);
    if (!backend?.descriptor.supported_ops?.includes(action.op)) return unsupportedOp;
    // Typing is said every few seconds and leaves nothing behind.
    if (action.op !== 'typing') await audit.append({ actor, action: 'relay.outbound', target: instance.id, data });
    // It may have been cut off while that was written: what an operator saw end does nothing after.
    if (guard.isCut(instance, { ...claim, platform })) return cutOff(action, { platform, chatId: claim.chatId });
    return backend.perform(instance, action);
  }

  async function followUp(action: Extract<OutboundAction, { op: 'follow_up' }>): Promise<OutboundResult> {
    const { op, session_key: sessionKey, kind } = action;
    const found = followUps.of(instance, action);
    if ('declined' in found) {
      await decline(action, { platform: 'relay', chatId: null, reason: found.declined });
      return egressDeclined('relay');
    }
    const { platform, chatId, perform } = found;
    const data = { op, platform, chatId, sessionKey, kind };
    await audit.append({ actor, action: 'relay.outbound', target: instance.id, data });
    if (guard.isCut(instance, { platform, chatId })) return cutOff(action, { platform, chatId });
    return perform();
  }

  async function cutOff(
    action: OutboundAction,
    where: { platform: string; chatId: string | null },
  ): Promise<OutboundResult> {
    await decline(action, { ...where, reason: 'It was cut off while it was on its way.' });
    return egressDeclined(where.platform);
  }

  async function decline(
    { op }: OutboundAction,
    { platform, chatId, reason }: { platform: string; chatId: string | null; reason: string },
  ): Promise<void> {
    const values = { instanceId: instance.id, platform, op, chatId, reason };
    const companion: Companion = {
      table: denied,
      values: { ...values, at: storedTime(clock.now()), kept: limits.relayDenialsKept },
    };
    const { instanceId: target, ...data } = values;
    await audit.append({ actor, action: 'relay.decline', target, outcome: 'refused', data }, [companion]);
    onDenied(instance.id);
  }

  async function tryWork(request: OutboundRequest): Promise<OutboundResult> {
    inFlight += 1;
    try {
      return await work(request);
    } catch (error) {
      if (!isAppError(error)) log.error({ err: error, instanceId: instance.id }, 'an action of a gateway failed');
      const code = isAppError(error) ? error.code : 'INTERNAL';
      return { success: false, error: isAppError(error) ? error.message : 'it failed here', code };
    } finally {
      inFlight -= 1;
    }
  }

  return {
    answer(request) {
      const known = results.get(request.requestId);
      if (known) return known;
      if (inFlight >= limits.relayActionsInFlight)
        return Promise.resolve({ success: false, error: 'too many actions at once', code: 'busy' });
      const result = tryWork(request);
      results.set(request.requestId, result);
      const [oldest] = results.keys();
      if (results.size > limits.relayResultsKept && oldest !== undefined) results.delete(oldest);
      return result;
    },
  };
}
