/**
 * Who asks a metadata endpoint: the process of a run by the secret its environment holds, or whoever carries a tool token of
 * that run. Promises that a secret opens the doors of its own run alone, and that a lock reaches them as it reaches a tool call.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DoorSecrets, DoorSubject } from '@/lib/credentials/door-secrets';
import { doorSecretPrefix } from '@/lib/credentials/door-secrets';
import { checkLocks, checkRun } from '@/lib/gate/steps';
import type { LockIndex } from '@/lib/locks/lock-index';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { LiveRuns } from '@/lib/runs/live-runs';
import type { ToolTokenRegistry } from '@/lib/tokens/registry';

export interface CallerDeps {
  secrets: DoorSecrets;
  registry: Pick<ToolTokenRegistry, 'validate'>;
  live: Pick<LiveRuns, 'get' | 'accepting'>;
  locks: LockIndex;
  clock: Clock;
}

const operation = 'credentials:read';

/** @throws AppError METADATA_HEADER_REQUIRED, TOOL_TOKEN_*, TOOL_ENDPOINT_DENIED, TOOL_OPERATION_DENIED, RUN_NOT_ACTIVE, LOCKED. */
export function callerOf(given: string | undefined, endpoint: string, deps: CallerDeps): DoorSubject {
  if (!given) throw new AppError('METADATA_HEADER_REQUIRED');
  if (given.length > limits.doorSecretChars) throw unknownSecret();
  const subject = given.startsWith(doorSecretPrefix)
    ? deps.secrets.subjectOf(given)
    : subjectOfToken(given, endpoint, deps);
  if (!subject) throw unknownSecret();
  if (subject.kind === 'run') requireUnlocked(subject.runId, deps);
  return subject;
}

function subjectOfToken(token: string, endpoint: string, { registry, live, clock }: CallerDeps): DoorSubject {
  const check = registry.validate(token, { endpoint, operation });
  if (!check.ok) throw new AppError(check.code);
  const { runId } = check.grant;
  const run = checkRun({ runId }, { live, nowMs: () => clock.now() });
  if (!run.ok) throw run.error;
  return { kind: 'run', runId };
}

/** Of a run that has ended, how its session did is told by whoever looks for the session. */
export function requireUnlocked(runId: string, { live, locks }: Pick<CallerDeps, 'live' | 'locks'>): void {
  const run = live.get(runId);
  const check = run && checkLocks(run, run.principal, { locks });
  if (check && !check.ok) throw check.error;
}

/** A page that reaches this address must not read a credential, whatever else it manages to send. @throws AppError */
export function requirePlainGet({ method, headers }: IncomingMessage, response: ServerResponse): void {
  if (method !== 'GET') {
    response.setHeader('allow', 'GET');
    throw new AppError('METHOD_NOT_ALLOWED');
  }
  if (headers.origin !== undefined) throw new AppError('ORIGIN_REFUSED');
}

function unknownSecret(): AppError {
  return new AppError('TOOL_TOKEN_INVALID', { message: 'The secret is not one of a run of this server.' });
}
