/**
 * What a program switched on in the person's terminal, so that it can be switched off when the program is gone before it
 * could: a revoked editor would leave the other screen, no cursor, and a mouse that types.
 */
export interface ModeTracker {
  see(bytes: Uint8Array): void;
  /** The sequence that puts everything seen back, and forgets it. */
  undo(): string;
}

/** DEC private modes with the state they have when a program starts. */
const powerOn = new Map([
  [1, false],
  [7, true],
  [25, true],
  [47, false],
  [66, false],
  [1000, false],
  [1002, false],
  [1003, false],
  [1004, false],
  [1005, false],
  [1006, false],
  [1015, false],
  [1016, false],
  [1047, false],
  [1049, false],
  [2004, false],
]);
const alternateScreens = new Set([47, 1047, 1049]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is how the sequences start.
const sequences = /\u001b(?:\[\?([0-9;]{1,64})([hl])|\[(\d*;?\d*)(r)|([=>]))/g;
/** Longer than any sequence looked for: a piece of the last chunk may be the start of one. */
const overlap = 72;

export function createModeTracker(): ModeTracker {
  const changed = new Set<number>();
  let keypad = false;
  let scrollRegion = false;
  let tail = '';

  return {
    see(bytes) {
      const text = tail + Buffer.from(bytes).toString('latin1');
      for (const [, params, letter, region, isRegion, keypadKey] of text.matchAll(sequences)) {
        if (isRegion) scrollRegion = region !== '';
        else if (keypadKey) keypad = keypadKey === '=';
        for (const mode of params?.split(';').map(Number) ?? []) {
          if (!powerOn.has(mode)) continue;
          if (powerOn.get(mode) === (letter === 'h')) changed.delete(mode);
          else changed.add(mode);
        }
      }
      tail = text.slice(-overlap);
    },
    undo() {
      const modes = [...changed];
      // The screen goes last: it puts the cursor back to where the program found it.
      const ordered = [
        ...modes.filter((mode) => !alternateScreens.has(mode)),
        ...modes.filter((mode) => alternateScreens.has(mode)),
      ];
      const reset = ordered.map((mode) => `\u001b[?${mode}${powerOn.get(mode) ? 'h' : 'l'}`).join('');
      // Resetting the scroll region moves the cursor to the corner, so it happens only where one is set.
      const text = `${keypad ? '\u001b>' : ''}${scrollRegion ? '\u001b[r' : ''}${reset}\u001b[0m`;
      changed.clear();
      keypad = false;
      scrollRegion = false;
      tail = '';
      return text;
    },
  };
}
