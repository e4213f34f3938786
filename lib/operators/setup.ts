/**
 * First run: whoever reads the log may create the first admin, once. The token lives as long as the process and only while
 * no operator exists; of two that use it at once, one wins.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Operator, SetupBody } from '@/lib/contracts/operators';
import { serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import { constantTimeEqual, newSecret, sha256Hex } from '@/lib/platform/secrets';
import type { OperatorService } from './operators';

export interface SetupService {
  /** `<public URL>/setup#<token>` while there is nobody to sign in, else null. A fragment reaches no server and no log but ours. */
  link(): string | null;
  /** @throws AppError SETUP_DONE, SETUP_TOKEN_INVALID, RATE_LIMITED. */
  complete(body: SetupBody, from: { address: string }): Promise<Operator>;
}

export interface SetupServiceOptions {
  operators: OperatorService;
  audit: AuditLog;
  clock: Clock;
  publicUrl: string;
}

const wrongTokensPerMinute = 20;
const minuteMs = 60_000;

/** Call after the admin of the environment was created: draws a token only when nobody can sign in. */
export async function createSetupService(options: SetupServiceOptions): Promise<SetupService> {
  const { operators, audit, clock, publicUrl } = options;
  const oneAtATime = createOneAtATime();
  let token = (await operators.count()) === 0 ? newSecret() : null;
  let minute = { startedAtMs: 0, wrong: 0 };

  /** Only wrong tokens are counted: guessing must not keep the owner of the right one out. */
  async function refuseWrongToken(address: string): Promise<never> {
    if (clock.now() - minute.startedAtMs >= minuteMs) minute = { startedAtMs: clock.now(), wrong: 0 };
    minute.wrong += 1;
    if (minute.wrong > wrongTokensPerMinute) throw new AppError('RATE_LIMITED', { retryAfterSeconds: 60 });
    await audit.append({
      actor: 'anonymous',
      action: 'setup',
      target: 'server',
      outcome: 'refused',
      data: { address },
    });
    throw new AppError('SETUP_TOKEN_INVALID');
  }

  return {
    link: () => token && `${publicUrl}/setup#${token}`,
    complete: (body, { address }) =>
      oneAtATime(async () => {
        if (!token || (await operators.count()) > 0) {
          token = null;
          throw new AppError('SETUP_DONE');
        }
        if (!constantTimeEqual(sha256Hex(body.token), sha256Hex(token))) return refuseWrongToken(address);
        const { email, name, password } = body;
        const operator = await operators.create({ email, name, password, role: 'admin' }, serverActor);
        token = null;
        return operator;
      }),
  };
}
