/** A call's path through the gate, step by step, as the run page shows it. */
import { type GateStep, type GateStepName, gateSteps } from '@/lib/contracts/calls';
import type { AppError } from '@/lib/platform/errors';

/** What a step found: the way is free, with a value for the steps after it, or it ends here. */
export type Finding<T> = { ok: true; value: T; note: string } | { ok: false; error: AppError; note: string };

export function passed<T>(value: T, note: string): Finding<T> {
  return { ok: true, value, note };
}
export function refused(error: AppError, note: string): Finding<never> {
  return { ok: false, error, note };
}

export interface Trace {
  /** Runs a step and notes what it found and how long it took. */
  take<T>(step: GateStepName, check: () => Finding<T>): Finding<T>;
  /** Marks the step it was just at as held. */
  hold(step: GateStepName): void;
  /** Every step of the gate, those not reached as skipped. */
  steps(): GateStep[];
}

export function startTrace(monotonicMs: () => number): Trace {
  const taken = new Map<GateStepName, GateStep>();
  return {
    take(step, check) {
      const startedMs = monotonicMs();
      const finding = check();
      const tookMs = Math.round((monotonicMs() - startedMs) * 1_000) / 1_000;
      taken.set(step, { step, outcome: finding.ok ? 'passed' : 'refused', note: finding.note, tookMs });
      return finding;
    },
    hold(step) {
      const entry = taken.get(step);
      if (entry) taken.set(step, { ...entry, outcome: 'held' });
    },
    steps: () =>
      gateSteps.map((step) => taken.get(step) ?? { step, outcome: 'skipped', note: 'not reached', tookMs: 0 }),
  };
}
