/** What a command prints, up to a limit for both of its outputs together. What is over is read and dropped: a full pipe would stop it. */
import type { Readable } from 'node:stream';
import { limits } from '@/lib/platform/limits';

export interface Captured {
  stdout: string;
  stderr: string;
  truncated: boolean;
}

export interface Capture {
  read(): Captured;
  /** Drops what is still open: somebody holds a pipe whose command is over. */
  close(): void;
}

export function captureOutput({ stdout, stderr }: { stdout: Readable; stderr: Readable }): Capture {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let left = limits.shellOutputBytes;
  let truncated = false;
  const keepIn = (chunks: Buffer[]) => (chunk: Buffer) => {
    if (chunk.length > left) truncated = true;
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left = Math.max(0, left - chunk.length);
  };
  stdout.on('data', keepIn(out));
  stderr.on('data', keepIn(err));
  return {
    read: () => ({
      stdout: Buffer.concat(out).toString('utf8'),
      stderr: Buffer.concat(err).toString('utf8'),
      truncated,
    }),
    close() {
      stdout.destroy();
      stderr.destroy();
    },
  };
}
