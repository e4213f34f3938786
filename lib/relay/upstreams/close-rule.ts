/**
 * What a close of the connector says of the next dial. 4401 before it ever described a platform may be a secret that is not yet
 * known there, so it is retried. After one, the connector knew us: it is asked once more with a fresh bearer, and a second
 * 4401 means that it cut us off for good. A bearer that was over says nothing of that.
 */
export interface CloseRule {
  described(): void;
  closed(code: number, reason: string): 'redial' | 'disabled';
}

export const unauthorizedCode = 4401;

export function createCloseRule(): CloseRule {
  let wasDescribed = false;
  let refusals = 0;
  return {
    described() {
      wasDescribed = true;
      refusals = 0;
    },
    closed(code, reason) {
      if (code !== unauthorizedCode || reason === 'expired' || !wasDescribed) return 'redial';
      refusals += 1;
      return refusals >= 2 ? 'disabled' : 'redial';
    },
  };
}
