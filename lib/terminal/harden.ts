/**
 * Against programs whose output harms the terminal that shows it. xterm carries out any count it is given, one by one, so a
 * single `CSI 2147483647 S` holds its thread for minutes; and some sequences make it throw, such as erasing a screen up to its
 * last cell, after which it takes no more. The screens of all runs share one thread of the server, so one run could stop them
 * all. Counts are cut to what can be seen, and a fault costs its screen the rest of what was being written, no more.
 * Its twin keeps the page's screen: `components/terminal/harden.ts`.
 */
import type headless from '@xterm/headless';

type Terminal = InstanceType<typeof headless.Terminal>;

/** Final character, xterm's own name for what it does, and the count beyond which nothing more can change. */
const counted: Array<[final: string, action: string, most: (terminal: Terminal) => number]> = [
  ['L', 'insertLines', ({ rows }) => rows],
  ['M', 'deleteLines', ({ rows }) => rows],
  ['S', 'scrollUp', ({ rows }) => rows],
  ['T', 'scrollDown', ({ rows }) => rows],
  ['I', 'cursorForwardTab', ({ cols }) => cols],
  ['Z', 'cursorBackwardTab', ({ cols }) => cols],
  ['b', 'repeatPrecedingCharacter', ({ cols, rows }) => cols * rows],
];

export function harden(terminal: Terminal): void {
  outliveFaults(terminal);
  for (const [final, action, most] of counted) {
    terminal.parser.registerCsiHandler({ final }, ([count]) => {
      if (typeof count !== 'number' || count <= most(terminal)) return false;
      carryOut(terminal, action, most(terminal));
      return true;
    });
  }
  const eraseToLastCell = ([what]: Array<number | number[]>) => {
    const { cursorX, cursorY } = terminal.buffer.active;
    if (what !== 1 || cursorX + 1 < terminal.cols || cursorY + 1 < terminal.rows) return false;
    // Up to the last cell is all of it.
    carryOut(terminal, 'eraseInDisplay', 2);
    return true;
  };
  terminal.parser.registerCsiHandler({ final: 'J' }, eraseToLastCell);
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'J' }, eraseToLastCell);
}

/** xterm offers no way to do one thing in place of another. Were the names to change, the sequence would do nothing. */
function carryOut(terminal: Terminal, action: string, parameter: number): void {
  call(inputHandlerOf(terminal), action, [{ length: 1, params: [parameter] }]);
}

function outliveFaults(terminal: Terminal): void {
  const handler = inputHandlerOf(terminal);
  const parse: unknown = isObject(handler) ? Reflect.get(handler, 'parse') : undefined;
  if (!isObject(handler) || typeof parse !== 'function') return;
  Reflect.set(handler, 'parse', (...given: unknown[]): unknown => {
    try {
      return Reflect.apply(parse, handler, given);
    } catch {
      call(Reflect.get(handler, '_parser'), 'reset', []);
      return undefined;
    }
  });
}

function inputHandlerOf(terminal: Terminal): unknown {
  const core: unknown = Reflect.get(terminal, '_core');
  return isObject(core) ? Reflect.get(core, '_inputHandler') : undefined;
}

function call(target: unknown, name: string, given: unknown[]): void {
  const method: unknown = isObject(target) ? Reflect.get(target, name) : undefined;
  if (typeof method === 'function') Reflect.apply(method, target, given);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
