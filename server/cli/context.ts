import type { ReadStream, WriteStream } from 'node:tty';
import type { Clock } from '@/lib/platform/clock';

/** Everything the commands touch of the world, so that a test can hand them another. */
export interface CliContext {
  env: Record<string, string | undefined>;
  cwd: string;
  home: string;
  userName: string;
  clock: Clock;
  stdin: NodeJS.ReadStream | ReadStream;
  stdout: NodeJS.WriteStream | WriteStream;
  stderr: NodeJS.WriteStream | WriteStream;
  /** What the process will exit with; commands set it and return. */
  setExitCode(code: number): void;
}

/** Ends in a newline whether or not the text did. */
export function printLine(stream: { write(text: string): unknown }, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
}
