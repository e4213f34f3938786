/** What the terminal's benchmark and its viewer process agree on. */

export interface ViewerOrder {
  url: string;
  acknowledges: boolean;
  draws: boolean;
  coloured: boolean;
  lines: number;
}
export interface ViewerResult {
  ms: number;
}

const text =
  'The quick brown fox jumps over the lazy dog, again and again, until a hundred megabytes have gone by. 0123456789';
const inColour = `\u001b[32m${text.slice(0, 19)}\u001b[0m${text.slice(19)}`;

/** One line as the terminal sends it: its line discipline puts a carriage return before each line feed. */
export function lineOf(coloured: boolean): Buffer {
  return Buffer.from(`${coloured ? inColour : text}\r\n`);
}

export function linesFor(bytes: number, coloured: boolean): number {
  return Math.ceil(bytes / lineOf(coloured).length);
}

/** What the program says once it waits for the line that makes it begin. */
export const readyMark = 'READY';

/** Waits for a line without showing it, then prints as fast as it can. */
export function printer({ lines, coloured }: Pick<ViewerOrder, 'lines' | 'coloured'>): string[] {
  return [
    'sh',
    '-c',
    `stty -echo; printf ${readyMark}; read -r go; yes '${coloured ? inColour : text}' | head -n ${lines}; sleep 30`,
  ];
}
