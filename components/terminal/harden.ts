/**
 * Against programs whose output harms the terminal that shows it. xterm carries out any count it is given, one by one, so a
 * single `CSI 2147483647 S` would hang the page for minutes; and some sequences make it throw, after which it shows no more.
 * Counts are cut to what can be seen, and a fault costs the rest of what was being written, no more. Its twin keeps the
 * server's own screens: `lib/terminal/harden.ts`.
 */
import type { Terminal as Xterm } from '@xterm/xterm';

type Terminal = Pick<Xterm, 'parser' | 'cols' | 'rows'> & {
  buffer: { active: Pick<Xterm['buffer']['active'], 'cursorX' | 'cursorY'> };
};

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
