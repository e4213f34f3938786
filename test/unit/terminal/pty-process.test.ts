/** What a process wrote before it ended is never lost, however late it is read. */
import { describe, expect, it } from 'vitest';
import { type PtyProcess, spawnPty } from '@/lib/terminal/pty-process';
import { eventually } from '@/test/support/eventually';
import { isAlive } from '@/test/support/processes';

// What the kernel holds of a terminal that nobody reads; a process that writes more waits.
const unreadBytes = 12_000;

function printer(): PtyProcess {
  const script = `head -c ${unreadBytes} /dev/zero | tr '\\0' a`;
  return spawnPty({
    file: 'sh',
    args: ['-c', script],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
    cols: 80,
    rows: 24,
  });
}

function output(pty: PtyProcess): Promise<number> {
  let count = 0;
  pty.onData((bytes) => {
    count += bytes.length;
  });
  return new Promise((resolve) => pty.onExit(() => resolve(count)));
}

/** Holds the thread, as a burst of work or a starved machine does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('a process that ended with output unread', () => {
  it('is read to its end while its viewers still hold it back', async () => {
    const pty = printer();
    const read = output(pty);
    pty.pause();
    expect(await read).toBe(unreadBytes);
  });

  it('is read to its end by a thread that comes late', async () => {
    const pty = printer();
    const read = output(pty);
    pty.pause();
    await eventually(() => !isAlive(pty.pid), { everyMs: 1 });
    block(300);
    expect(await read).toBe(unreadBytes);
  });
});
