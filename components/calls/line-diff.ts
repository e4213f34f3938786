/** The difference of two texts, line by line. */

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Beyond this many comparisons the middle is shown as removed, then added: right as well, only coarser. */
const comparisonsAtMost = 250_000;

export function diffLines(before: string, after: string): DiffLine[] {
  const from = linesOf(before);
  const to = linesOf(after);
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1;
  let tail = 0;
  while (
    tail < from.length - head &&
    tail < to.length - head &&
    from[from.length - 1 - tail] === to[to.length - 1 - tail]
  )
    tail += 1;
  return [
    ...from.slice(0, head).map(line('same')),
    ...diffMiddle(from.slice(head, from.length - tail), to.slice(head, to.length - tail)),
    ...from.slice(from.length - tail).map(line('same')),
  ];
}

/** An empty text has no line at all: an insertion removes nothing. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function line(kind: DiffLine['kind']) {
  return (text: string): DiffLine => ({ kind, text });
}

function diffMiddle(from: string[], to: string[]): DiffLine[] {
  if (from.length * to.length > comparisonsAtMost) return [...from.map(line('removed')), ...to.map(line('added'))];
  const common = commonLengths(from, to);
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  const shown: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < from.length || column < to.length) {
    const removed = from[row];
    const added = to[column];
    if (removed !== undefined && removed === added) {
      shown.push({ kind: 'same', text: removed });
      row += 1;
      column += 1;
    } else if (removed !== undefined && (added === undefined || at(row + 1, column) >= at(row, column + 1))) {
      shown.push({ kind: 'removed', text: removed });
      row += 1;
    } else if (added !== undefined) {
      shown.push({ kind: 'added', text: added });
      column += 1;
    }
  }
  return shown;
}

/** `[i][j]`: how many lines the rest of `from` after `i` and of `to` after `j` have in common, in order. */
function commonLengths(from: string[], to: string[]): number[][] {
  const lengths = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      const below = lengths[row + 1] ?? [];
      const here = lengths[row];
      if (!here) continue;
      here[column] =
        from[row] === to[column] ? (below[column + 1] ?? 0) + 1 : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return lengths;
}
