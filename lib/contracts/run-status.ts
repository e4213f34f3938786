/** The statuses of a run, free of zod: the console's first load reads this file and must stay small. */

/** Every status with whether it is live: the live and ended sets derive from here. */
const statusLiveness = {
  starting: true,
  active: true,
  completed: false,
  failed: false,
  expired: false,
  revoked: false,
  budget_exceeded: false,
} as const;
export type RunStatus = keyof typeof statusLiveness;
export const runStatuses = Object.keys(statusLiveness) as [RunStatus, ...RunStatus[]];
export const liveRunStatuses = runStatuses.filter((status) => statusLiveness[status]);
export const endedRunStatuses = runStatuses.filter((status) => !statusLiveness[status]);
export function isLiveRun(status: RunStatus): boolean {
  return statusLiveness[status];
}
