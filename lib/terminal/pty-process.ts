/** A process on a PTY of its own session, with bytes in and out. Wraps node-pty and mends what would lose bytes. */
import { execFile } from 'node:child_process';
import { readSync } from 'node:fs';
import { constants } from 'node:os';
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

const pausedCheckMs = 50;
const restBytes = 64 * 1024;

/** @throws when the process cannot be forked. */
export function spawnPty({ file, args, cwd, env, cols, rows }: SpawnOptions): PtyProcess {
  const pty = spawn(file, args, { name: env.TERM ?? 'xterm-256color', cwd, env, cols, rows, encoding: null });
  markUtf8(pty);
  // The typings promise strings both ways; node-pty itself hands bytes straight to the socket.
  const input: { write(data: string | Uint8Array): void } = pty;
  let paused = false;
  let exited = false;
  let check: NodeJS.Timeout | null = null;

  function resume(): void {
    if (!paused) return;
    paused = false;
    if (check) clearInterval(check);
    check = null;
    pty.resume();
  }

  return {
    pid: pty.pid,
    onData(handler) {
      pty.onData((data: string | Uint8Array) => handler(typeof data === 'string' ? Buffer.from(data) : data));
      onEnd(pty, (fd) => readRest(fd, handler));
    },
    onExit: (handler) =>
      void pty.onExit(({ exitCode, signal }) => {
        exited = true;
        if (check) clearInterval(check);
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
      // node-pty drops what is unread 200 ms after the process ended, so a paused terminal looks whether it did.
      check = setInterval(() => {
        if (!isAlive(pty.pid)) resume();
      }, pausedCheckMs);
    },
    resume,
  };
}

/** node-pty sets IUTF8 (so that erasing takes a whole character) only where it also decodes the output, which would spoil bytes. */
function markUtf8(pty: object): void {
  const name = 'ptsName' in pty ? pty.ptsName : undefined;
  if (process.platform === 'linux' && typeof name === 'string')
    execFile('stty', ['-F', name, 'iutf8'], () => undefined);
}

/** `fd` is the PTY's own end, still open while `end` is told. */
function onEnd(pty: object, handler: (fd: number) => void): void {
  if (!('on' in pty && typeof pty.on === 'function' && 'fd' in pty && typeof pty.fd === 'number')) return;
  const { fd } = pty;
  pty.on('end', () => handler(fd));
}

/**
 * libuv takes a hang-up for the end of the stream after one more short read, and a PTY gives 4 KiB a read: what the kernel
 * still holds, up to 16 KiB of the last output, is read here. It ends with EIO once all is read.
 */
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalName(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `SIG${signal}`;
}
