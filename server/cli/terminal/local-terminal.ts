/** The person's own terminal: raw while attached, and put back on every way out. */
import { execFileSync } from 'node:child_process';
import type { CliContext } from '../context';
import { createModeTracker } from './mode-tracker';
import type { TerminalSize } from './pty-link';

export interface LocalTerminal {
  /** True where keys come one by one from a person. */
  interactive: boolean;
  /** The size of the screen; null where output does not go to one. */
  size(): TerminalSize | null;
  /** One handler: a later one takes its place. */
  onResize(handler: () => void): void;
  /** Resolves when the bytes were taken: the pace that is acknowledged to the server. */
  write(bytes: Uint8Array): Promise<void>;
  /** Clears what a restored screen is about to be drawn on. */
  clear(): void;
  /** Safe to call again; also runs when the process exits. */
  restore(): void;
}

export function openLocalTerminal({ stdin, stdout }: Pick<CliContext, 'stdin' | 'stdout'>): LocalTerminal {
  const modes = createModeTracker();
  const interactive = stdin.isTTY === true && stdout.isTTY === true;
  let onResize: (() => void) | undefined;
  let open = true;
  if (interactive) {
    stdin.setRawMode(true);
    passOutputOn();
  }

  const restore = () => {
    if (!open) return;
    open = false;
    process.off('exit', restore);
    if (onResize) stdout.off('resize', onResize);
    if (interactive) stdin.setRawMode(false);
    if (stdout.isTTY) stdout.write(modes.undo());
  };
  process.on('exit', restore);

  return {
    interactive,
    size: () => (stdout.isTTY ? { cols: clamp(stdout.columns), rows: clamp(stdout.rows) } : null),
    onResize(handler) {
      if (onResize) stdout.off('resize', onResize);
      onResize = handler;
      stdout.on('resize', handler);
    },
    write(bytes) {
      if (stdout.isTTY) modes.see(bytes);
      return new Promise((resolve) => stdout.write(bytes, () => resolve()));
    },
    clear() {
      if (stdout.isTTY) stdout.write(`${modes.undo()}\u001b[H\u001b[2J`);
    },
    restore,
  };
}

/**
 * Node's raw mode still makes CR LF of a line feed. The run's own terminal has done that where its program wanted it, and a
 * full-screen program moves down with a bare one. Leaving raw mode puts this back as well.
 */
function passOutputOn(): void {
  try {
    execFileSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  } catch {
    // Without stty the lines come out with one CR too many, which few programs show.
  }
}

/** A terminal that reports no size, as some serial lines do, still needs one. */
function clamp(size: number | undefined): number {
  return Math.min(1000, Math.max(1, size || 80));
}
