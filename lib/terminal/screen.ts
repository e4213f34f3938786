/**
 * The screen of one terminal, kept by a headless xterm so that any viewer can be given exactly what is on it. What
 * xterm does not tell and full-screen programs use is tracked here: a hidden cursor, mouse encodings, cursor shape, scroll
 * region, line-drawing set.
 */
import unicode11Addon from '@xterm/addon-unicode11';
import headless from '@xterm/headless';
import { harden } from './harden';
import { serializeTerminal } from './serialize';

/** DEC private modes xterm does not tell, with their power-on state. */
const trackedModes = new Map([
  [25, true],
  [1005, false],
  [1006, false],
  [1015, false],
  [1016, false],
]);

export interface Screen {
  /** `done` runs once the bytes are on the screen. */
  write(bytes: Uint8Array, done: () => void): void;
  resize(cols: number, rows: number): void;
  /** How many lines screen and scrollback hold, the screen counted twice; null while a scroll region keeps some of them in place. */
  linesThatScroll(): number | null;
  /** Escape sequences that rebuild the screen on a freshly reset terminal of the same size. Call with nothing being written. */
  serialize(): string;
  dispose(): void;
}

export function createScreen({ cols, rows, scrollback }: { cols: number; rows: number; scrollback: number }): Screen {
  // Output that is no terminal's language is the program's own affair: it must not fill the server's log.
  const terminal = new headless.Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: 'off' });
  terminal.loadAddon(new unicode11Addon.Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  harden(terminal);

  const modes = new Map(trackedModes);
  let cursorStyle = 0;
  let scrollRegion: [number, number] | null = null;
  /** Each buffer has margins of its own. */
  const regions = { normal: false, alternate: false };
  let lineDrawing = false;

  const setMode = (on: boolean) => (params: Array<number | number[]>) => {
    for (const param of params) if (typeof param === 'number' && modes.has(param)) modes.set(param, on);
    return false;
  };
  const reset = () => {
    for (const [mode, initial] of trackedModes) modes.set(mode, initial);
    cursorStyle = 0;
    scrollRegion = null;
    regions[terminal.buffer.active.type] = false;
    lineDrawing = false;
    return false;
  };
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, setMode(true));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, setMode(false));
  terminal.parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, ([style]) => {
    cursorStyle = typeof style === 'number' ? style : 0;
    return false;
  });
  terminal.parser.registerCsiHandler({ final: 'r' }, ([top, bottom]) => {
    const first = typeof top === 'number' && top > 0 ? top : 1;
    const last = typeof bottom === 'number' && bottom > 0 ? Math.min(bottom, terminal.rows) : terminal.rows;
    if (last > first) scrollRegion = first === 1 && last === terminal.rows ? null : [first, last];
    regions[terminal.buffer.active.type] = scrollRegion !== null;
    return false;
  });
  terminal.parser.registerEscHandler({ intermediates: '(', final: '0' }, () => {
    lineDrawing = true;
    return false;
  });
  terminal.parser.registerEscHandler({ intermediates: '(', final: 'B' }, () => {
    lineDrawing = false;
    return false;
  });
  terminal.parser.registerEscHandler({ final: 'c' }, reset);
  terminal.parser.registerCsiHandler({ intermediates: '!', final: 'p' }, reset);

  return {
    write: (bytes, done) => terminal.write(bytes, done),
    resize(newCols, newRows) {
      terminal.resize(newCols, newRows);
      // A resize sets the margins back to the whole screen, here as in every xterm.
      scrollRegion = null;
      Object.assign(regions, { normal: false, alternate: false });
    },
    linesThatScroll: () => (regions.normal || regions.alternate ? null : scrollback + 2 * terminal.rows),
    serialize() {
      let text = serializeTerminal(terminal, scrollRegion);
      for (const [mode, on] of modes) if (on !== trackedModes.get(mode)) text += `\u001b[?${mode}${on ? 'h' : 'l'}`;
      if (cursorStyle > 0) text += `\u001b[${cursorStyle} q`;
      return lineDrawing ? `${text}\u001b(0` : text;
    },
    dispose: () => terminal.dispose(),
  };
}
