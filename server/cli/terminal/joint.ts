import type { PtyLink } from './pty-link';

/** What the side that types and the side that listens know of each other. */
export interface Joint {
  /** `lost` once a connection broke: keys are dropped then, rather than kept and sent into a later screen. */
  state: 'joining' | 'joined' | 'lost' | 'over';
  link: PtyLink | null;
  mayControl: boolean;
  inControl: boolean;
  /** Changes fields and wakes whoever waits. */
  set(change: Partial<Pick<Joint, 'state' | 'link' | 'mayControl' | 'inControl'>>): void;
  /** Resolves at the next change. */
  changed(): Promise<void>;
}

export function createJoint(): Joint {
  let waiting: Array<() => void> = [];
  const joint: Joint = {
    state: 'joining',
    link: null,
    mayControl: false,
    inControl: false,
    set(change) {
      Object.assign(joint, change);
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    changed: () => new Promise((resolve) => waiting.push(resolve)),
  };
  return joint;
}
