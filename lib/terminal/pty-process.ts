/** A process on a PTY of its own session, with bytes in and out. Wraps node-pty and mends what would lose bytes. */
import { execFile } from 'node:child_process';
import { readSync } from 'node:fs';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import { spawn } from '@lydell/node-pty';

export interface PtyExit {
  code: number | null;
  signal: string | null;
}

export interface PtyProcess {
  readonly pid: number;
  onData(handler: (bytes: Uint8Array) => void): void;
  onExit(handler: (exit: PtyExit) => void): void;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
}

export interface SpawnOptions {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
}

const restBytes = 64 * 1024;
/** The kernel hands out pieces of 4 KiB, cut at a line: one this long has more behind it. */
const fullPieceBytes = 3_000;
/** Few enough that a flood does not keep others waiting. */
const aheadBytes = 32 * 1024;

/** @throws when the process cannot be forked. */
export function spawnPty({ file, args, cwd, env, cols, rows }: SpawnOptions): PtyProcess {
  const pty = spawn(file, args, { name: env.TERM ?? 'xterm-256color', cwd, env, cols, rows, encoding: null });
  markUtf8(pty);
  // The typings promise strings both ways; node-pty itself hands bytes straight to the socket.
  const input: { write(data: string | Uint8Array): void } = pty;
  let paused = false;
  let exited = false;
  return {
    pid: pty.pid,
    onData(handler) {
      const fd = descriptorOf(pty);
      pty.onData((data: string | Uint8Array) => {
        const bytes = typeof data === 'string' ? Buffer.from(data) : data;
        handler(bytes);
        const more = fd !== null && bytes.length >= fullPieceBytes ? readAhead(fd) : null;
        if (more) handler(more);
      });
      beforeClosing(pty, handler);
    },
    onExit: (handler) =>
      void pty.onExit(({ exitCode, signal }) => {
        exited = true;
        handler(signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null });
      }),
    write: (bytes) => {
      if (!exited) input.write(bytes);
    },
    resize: (newCols, newRows) => {
      if (!exited) pty.resize(newCols, newRows);
    },
    pause() {
      if (paused || exited) return;
      paused = true;
      pty.pause();
    },
    resume() {
      if (!paused) return;
      paused = false;
      pty.resume();
    },
  };
}

/** node-pty sets IUTF8 (so that erasing takes a whole character) only where it also decodes the output, which would spoil bytes. */
function markUtf8(pty: object): void {
  const name = 'ptsName' in pty ? pty.ptsName : undefined;
  if (process.platform === 'linux' && typeof name === 'string')
    execFile('stty', ['-F', name, 'iutf8'], () => undefined);
}

/**
 * Gives `handler` what nobody has read when the PTY is closed. libuv takes a hang-up for the end of the stream after one more
 * short read, and node-pty closes 200 ms after the process ended, read or not: a terminal that waits for its viewers, or a
 * thread that comes late, would lose the last output.
 */
function beforeClosing(pty: object, handler: (bytes: Uint8Array) => void): void {
  const socket = '_socket' in pty ? pty._socket : undefined;
  const fd = descriptorOf(pty);
  if (!(socket instanceof ReadStream) || fd === null) return;
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    if (!socket.destroyed) {
      // Tells its data handlers of what it had read itself.
      socket.read();
      readRest(fd, handler);
    }
    return destroy(error);
  };
}

function descriptorOf(pty: object): number | null {
  return 'fd' in pty && typeof pty.fd === 'number' ? pty.fd : null;
}

/**
 * What else is there now. A stream takes each piece of 4 KiB through every layer of Node, which costs a flood more than its
 * bytes; the descriptor does not block, so what is not there yet comes the usual way.
 */
function readAhead(fd: number): Uint8Array | null {
  const bytes = Buffer.allocUnsafe(aheadBytes);
  let length = 0;
  try {
    while (length < aheadBytes) {
      const count = readSync(fd, bytes, length, aheadBytes - length, null);
      if (count === 0) break;
      length += count;
    }
  } catch {
    // EAGAIN: nothing more yet. Any other error meets the stream's own next read.
  }
  return length === 0 ? null : bytes.subarray(0, length);
}

/** Up to 16 KiB that the kernel still holds. It ends with EIO once all is read. */
function readRest(fd: number, handler: (bytes: Uint8Array) => void): void {
  try {
    while (true) {
      const bytes = Buffer.alloc(restBytes);
      const count = readSync(fd, bytes);
      if (count === 0) return;
      handler(bytes.subarray(0, count));
    }
  } catch {
    // EIO says that nothing is left; EAGAIN that a child which outlived the leader may still write, to nobody.
  }
}

function signalName(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `SIG${signal}`;
}
