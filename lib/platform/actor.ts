/** Who acts: the one shape every service takes as `by`. */
import type { Permission, Role, Scope } from '@/lib/contracts/roles';
import { roleAllows } from '@/lib/contracts/roles';

export type Actor =
  | { kind: 'operator'; id: string; email: string; role: Role; sessionId: string }
  | { kind: 'key'; id: string; name: string; scopes: readonly Scope[] }
  | { kind: 'run'; id: string }
  /** An agent gateway behind the relay, by the id of its instance. It has its own surface, as a run has. */
  | { kind: 'gateway'; id: string }
  | { kind: 'server'; id: 'server' };

export const serverActor: Actor = { kind: 'server', id: 'server' };

/** How the record names an actor: `operator:op_…`, `key:key_…`, `run:run_…`, `gateway:rly_…`, `server`. */
export function actorName(actor: Actor): string {
  return actor.kind === 'server' ? 'server' : `${actor.kind}:${actor.id}`;
}

/** What people read: an email, a key's name, a run's id. */
export function actorLabel(actor: Actor): string {
  if (actor.kind === 'operator') return actor.email;
  return actor.kind === 'key' ? `key ${actor.name}` : actor.id;
}

/** Whether an actor may: an operator by role, a key by scope, the server always, a run and a gateway never (they have their own surface). */
export function actorMay(actor: Actor, permission: Permission | null, scope: Scope | null): boolean {
  if (actor.kind === 'operator') return permission !== null && roleAllows(actor.role, permission);
  if (actor.kind === 'key') return scope !== null && actor.scopes.includes(scope);
  return actor.kind === 'server';
}
