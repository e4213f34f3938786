import type { Lock, LockKind, LockTarget } from '@/lib/contracts/locks';
import type { Run } from '@/lib/contracts/runs';

export const lockKindWords: Record<LockKind, string> = {
  user: 'User',
  plugin: 'Plugin',
  project: 'Project',
  connector: 'Connector',
  operator: 'Operator',
};
/** What a lock on one of them does, beside its message. */
export const lockEffects: Record<LockKind, string> = {
  user: 'Live runs for this user end, their calls are refused, and no new run starts.',
  plugin: 'Live runs under this plugin end, and no new run starts.',
  project: 'Live runs of this project end, and no new run starts.',
  connector: 'Calls of this connector are refused, those under way are cancelled. Runs go on.',
  operator: 'Live runs this operator started end, and they start no new one.',
};

/** The locks that stand now on any of these; `nowMs` is null until the browser's clock is known. */
export function standingOn(locks: readonly Lock[], targets: readonly LockTarget[], nowMs: number | null): Lock[] {
  return locks.filter(
    ({ target, expiresAt }) =>
      (expiresAt === null || nowMs === null || Date.parse(expiresAt) > nowMs) &&
      targets.some(({ kind, id }) => kind === target.kind && id === target.id),
  );
}

/** Whom or what a run belongs to: a lock on any of them bites it. */
export function lockTargetsOf(run: Run): LockTarget[] {
  return [
    ...[run.principal.userId, ...(run.principal.userAliases ?? [])].map((id) => ({ kind: 'user' as const, id })),
    { kind: 'project', id: run.projectId },
    ...(run.pluginId === null ? [] : [{ kind: 'plugin' as const, id: run.pluginId }]),
  ];
}
