/** Whether somebody admitted a moment ago is still who they were: for what outlives the request that admitted them. */
import type { Actor } from '@/lib/platform/actor';
import type { ServiceKeyService } from './service-keys';
import type { SessionService } from './sessions';

export interface StandingOptions {
  sessions: Pick<SessionService, 'resolve'>;
  serviceKeys: Pick<ServiceKeyService, 'isLive'>;
}

/** False once the session or key ended, or the operator's role is another. Runs and the server answer for themselves. */
export async function stillStands(actor: Actor, { sessions, serviceKeys }: StandingOptions): Promise<boolean> {
  if (actor.kind === 'operator') return (await sessions.resolve(actor.sessionId))?.role === actor.role;
  return actor.kind !== 'key' || serviceKeys.isLive(actor.id);
}
