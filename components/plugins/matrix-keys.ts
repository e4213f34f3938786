import type { KeyboardEvent } from 'react';

const steps: Readonly<Record<string, { row: number; column: number }>> = {
  ArrowUp: { row: -1, column: 0 },
  k: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  j: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

/** Arrows, j and k move between the controls of the matrix, over the squares that are none. */
export function onMatrixKey(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  if (!step || event.metaKey || event.ctrlKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const { row: from, column } = event.target.dataset;
  if (from === undefined || column === undefined) return;
  const controls = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row][data-column]')];
  const along = controls
    .filter((each) => (step.row === 0 ? each.dataset.row === from : each.dataset.column === column))
    .map((each) => ({ each, at: Number(step.row === 0 ? each.dataset.column : each.dataset.row) }));
  const here = Number(step.row === 0 ? column : from);
  const ahead = along.filter(({ at }) => (at - here) * (step.row + step.column) > 0);
  ahead.sort((a, b) => Math.abs(a.at - here) - Math.abs(b.at - here));
  event.preventDefault();
  ahead[0]?.each.focus();
}
