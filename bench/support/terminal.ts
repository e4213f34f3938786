/** What the terminal's benchmark and its viewer process agree on. */

export interface ViewerOrder {
  url: string;
  acknowledges: boolean;
  draws: boolean;
  lines: number;
}
export interface ViewerResult {
  ms: number;
}

const text =
  'The quick brown fox jumps over the lazy dog, again and again, until a hundred megabytes have gone by. 0123456789';

/** One line as the terminal sends it: its line discipline puts a carriage return before each line feed. */
export function lineOf(): Buffer {
  return Buffer.from(`${text}\r\n`);
}

export function expectedBytes(lines: number): number {
  return lines * lineOf().length;
}

/** What the program says once it waits for the line that makes it begin. */
export const readyMark = 'READY';

/** Waits for a line without showing it, then prints as fast as it can. */
export function printer(lines: number): string[] {
  return ['sh', '-c', `stty -echo; printf ${readyMark}; read -r go; yes '${text}' | head -n ${lines}; sleep 30`];
}
