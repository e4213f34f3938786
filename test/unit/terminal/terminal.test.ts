/** A terminal over the real screen keeper, with a process that the test plays. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PtyServerFrame } from '@/lib/contracts/pty';
import type { LeakCount } from '@/lib/leaks/scanner';
import { limits } from '@/lib/platform/limits';
import { createScreenKeeper } from '@/lib/terminal/keeper';
import type { PtyProcess } from '@/lib/terminal/pty-process';
import { createTerminal, type Terminal, type Viewer } from '@/lib/terminal/terminal';
import { createTerminalWorker } from '@/lib/terminal/worker';
import type { FromWorker } from '@/lib/terminal/worker-protocol';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { manualClock } from '@/test/support/manual-clock';
import { temporaryDir } from '@/test/support/temporary-dir';
import { type HeadlessTerminal, newTerminal, put, stateOf } from './headless';

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

interface PlayedProcess extends PtyProcess {
  print(text: string | Uint8Array): void;
  exit(): void;
  typed: string;
  sizes: string[];
  paused: boolean;
}
function playedProcess(): PlayedProcess {
  let hear: (bytes: Uint8Array) => void = () => undefined;
  let leave: Parameters<PtyProcess['onExit']>[0] = () => undefined;
  const pty: PlayedProcess = {
    pid: 1,
    typed: '',
    sizes: [],
    paused: false,
    print: (text) => hear(typeof text === 'string' ? Buffer.from(text) : text),
    onData: (handler) => {
      hear = handler;
    },
    onExit: (handler) => {
      leave = handler;
    },
    exit: () => leave({ code: 0, signal: null }),
    write: (bytes) => {
      pty.typed += Buffer.from(bytes).toString('utf8');
    },
    resize: (cols, rows) => void pty.sizes.push(`${cols}x${rows}`),
    pause: () => {
      pty.paused = true;
    },
    resume: () => {
      pty.paused = false;
    },
  };
  return pty;
}

let runs = 0;
function setUp({ cols = 40, rows = 10, awaitViewer = false } = {}) {
  const pty = playedProcess();
  let hear: ((message: FromWorker) => void) | null = null;
  // As between threads, nothing is answered in the same turn.
  const worker = createTerminalWorker((message) => setImmediate(() => hear?.(message)));
  const keeper = createScreenKeeper({
    post: (message) => setImmediate(() => worker(message)),
    onMessage: (handler) => {
      hear = handler;
    },
  });
  runs += 1;
  const recordingPath = path.join(dir.path, `${runs}.cast`);
  const leaks: LeakCount[] = [];
  const terminal = createTerminal({
    runId: `run_${runs}`,
    pty,
    keeper,
    clock: manualClock(),
    cols,
    rows,
    awaitViewer,
    recordingPath,
    onActivity: () => undefined,
    onLeaked: (found) => void leaks.push(...found),
    onRecordingFailed: (message) => {
      throw new Error(message);
    },
  });
  return { pty, terminal, recordingPath, leaks };
}

/** A browser tab: it shows what it is sent, and acknowledges it or not. */
function watch(terminal: Terminal, { label = 'ada', mayControl = true, acknowledges = true } = {}) {
  const frames: PtyServerFrame[] = [];
  const closed: string[] = [];
  let screen: HeadlessTerminal | null = null;
  let received = 0;
  let shown = Promise.resolve();
  const viewer: Viewer = {
    label,
    mayControl,
    sendBytes(bytes) {
      received += bytes.length;
      const copy = Buffer.from(bytes);
      shown = shown.then(() => (screen ? put(screen, copy) : undefined));
      if (acknowledges) setImmediate(() => attached.ack(copy.length));
    },
    sendFrame(frame) {
      frames.push(frame);
      const { type } = frame;
      if (type === 'attached' || type === 'resized')
        shown = shown.then(() => {
          if (type === 'attached') screen = newTerminal(frame.cols, frame.rows);
          else screen?.resize(frame.cols, frame.rows);
        });
    },
    close: (name) => void closed.push(name),
  };
  const attached = terminal.attach(viewer, null);
  return {
    ...attached,
    frames,
    closed,
    received: () => received,
    last: <T extends PtyServerFrame['type']>(type: T) => frames.filter((frame) => frame.type === type).at(-1),
    async screen() {
      await eventually(() => screen !== null, { everyMs: 2 });
      await shown;
      if (!screen) throw new Error('It was never attached.');
      return screen;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('viewers', () => {
  covers('pty.restore');

  it('see the same, whenever they came and whatever was printed', async () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 80 });
    const step = fc.oneof(
      { weight: 8, arbitrary: text.map((printed) => ({ kind: 'print' as const, printed: `${printed}\r\n` })) },
      {
        weight: 3,
        arbitrary: fc
          .constantFrom(
            '\u001b[2J',
            '\u001b[5;5H',
            '\u001b[31m',
            '漢字',
            '\u001b[?1049h',
            '\u001b[?1049l',
            '\u001b[?25l',
          )
          .map((printed) => ({ kind: 'print' as const, printed })),
      },
      { weight: 2, arbitrary: fc.constant({ kind: 'attach' as const }) },
      { weight: 3, arbitrary: fc.constant({ kind: 'turn' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const { pty, terminal } = setUp();
        const all = [watch(terminal)];
        for (const each of steps) {
          if (each.kind === 'print') pty.print(each.printed);
          else if (each.kind === 'attach') all.push(watch(terminal));
          else await turn();
        }
        await terminal.close();
        const [seen, ...others] = await Promise.all(all.map(async (viewer) => stateOf(await viewer.screen())));
        for (const other of others) expect(other).toEqual(seen);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('get each byte after the restored screen once and in order', async () => {
    const { pty, terminal } = setUp();
    const viewers = [];
    for (let line = 0; line < 300; line += 1) {
      pty.print(`<${line}>\r\n`);
      if (line % 50 === 25) viewers.push(watch(terminal));
      if (line % 7 === 0) await turn();
    }
    await terminal.close();
    for (const viewer of viewers) {
      const { buffer, rows } = await viewer.screen();
      const text = Array.from({ length: buffer.normal.baseY + rows }, (_, y) =>
        buffer.normal.getLine(y)?.translateToString(true),
      ).join('');
      expect(text).toBe(Array.from({ length: 300 }, (_, line) => `<${line}>`).join(''));
    }
  });

  it('of an awaited run get its output from the first byte', async () => {
    const { pty, terminal } = setUp({ awaitViewer: true });
    for (let line = 0; line < 5_000; line += 1) pty.print(`${line}\r\n`);
    await turn();
    const viewer = watch(terminal);
    await terminal.joined;
    await viewer.screen();
    expect(viewer.received()).toBe(Array.from({ length: 5_000 }, (_, line) => `${line}\r\n`).join('').length);
    expect(viewer.last('attached')).toMatchObject({ replayBytes: 0 });
    await terminal.close();
  });
});

describe('control', () => {
  covers('pty.control');
  const typed = (text: string) => Buffer.from(text);

  it('goes to the first who types, and to whoever takes it; the others only watch', async () => {
    const { pty, terminal } = setUp();
    const [ada, bob] = [watch(terminal, { label: 'ada' }), watch(terminal, { label: 'bob' })];
    await Promise.all([ada.screen(), bob.screen()]);
    ada.input(typed('a'));
    bob.input(typed('b'));
    bob.resize(100, 50);
    expect([pty.typed, pty.sizes]).toEqual(['a', []]);
    expect(bob.last('viewers')).toMatchObject({ watching: ['ada', 'bob'], controller: 'ada', inControl: false });
    bob.control(true);
    expect(ada.last('viewers')).toMatchObject({ controller: 'bob', inControl: false });
    ada.input(typed('x'));
    bob.input(typed('b'));
    bob.resize(100, 50);
    expect([pty.typed, pty.sizes]).toEqual(['ab', ['100x50']]);
    expect(ada.last('resized')).toMatchObject({ cols: 100, rows: 50 });
    bob.detach();
    ada.input(typed('c'));
    bob.input(typed('gone'));
    expect(pty.typed).toBe('abc');
    expect(ada.last('viewers')).toMatchObject({ watching: ['ada'], controller: 'ada' });
    await terminal.close();
  });

  it('never goes to a viewer without the right to it', async () => {
    const { pty, terminal } = setUp();
    const viewer = watch(terminal, { mayControl: false });
    await viewer.screen();
    viewer.control(true);
    viewer.input(typed('rm -rf'));
    viewer.resize(10, 10);
    expect([pty.typed, pty.sizes]).toEqual(['', []]);
    expect(viewer.last('attached')).toMatchObject({ readOnly: true });
    await terminal.close();
  });
});

describe('flow control', () => {
  covers('pty.flow-control');

  it('pauses the process while a viewer is a window behind, and resumes it when that one acknowledges or leaves', async () => {
    const { pty, terminal } = setUp();
    const [slow, quick] = [watch(terminal, { acknowledges: false }), watch(terminal)];
    await Promise.all([slow.screen(), quick.screen()]);
    const piece = Buffer.alloc(64 * 1024, 'x');
    for (let sent = 0; sent < limits.viewerWindowBytes; sent += piece.length) {
      expect(pty.paused).toBe(false);
      pty.print(piece);
      await turn();
    }
    expect(pty.paused).toBe(true);
    slow.ack(piece.length);
    await eventually(() => !pty.paused);
    pty.print(piece);
    await turn();
    expect(pty.paused).toBe(true);
    slow.detach();
    await eventually(() => !pty.paused);
    await terminal.close();
  });

  it('pauses the process while the kept screen is behind, also with nobody watching', async () => {
    const { pty, terminal } = setUp();
    for (let sent = 0; sent <= limits.screenWindowBytes; sent += 1024 * 1024) pty.print(Buffer.alloc(1024 * 1024, 'y'));
    await turn();
    expect(pty.paused).toBe(true);
    await eventually(() => !pty.paused);
    await terminal.close();
  });

  it('cannot be fooled by acknowledging what was never sent', async () => {
    const { pty, terminal } = setUp();
    const viewer = watch(terminal, { acknowledges: false });
    await viewer.screen();
    viewer.ack(Number.MAX_SAFE_INTEGER);
    pty.print(Buffer.alloc(limits.viewerWindowBytes, 'x'));
    await turn();
    expect(pty.paused).toBe(true);
    await terminal.close();
  });
});

it('leaves a recording of what was printed', async () => {
  covers('runs.recorded');
  const { pty, terminal, recordingPath } = setUp();
  pty.print('hello');
  const summary = await terminal.close();
  expect(summary).toMatchObject({ truncated: false, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(existsSync(recordingPath)).toBe(true);
});

it('sends what it has gathered before anybody hears of the end', async () => {
  const { pty, terminal } = setUp();
  const tab = watch(terminal);
  await eventually(() => tab.last('attached') !== undefined);
  const before = tab.received();
  pty.print('first');
  pty.print(' and last');
  pty.exit();
  expect(tab.received() - before).toBe('first and last'.length);
  await terminal.close();
});

it('tells which secrets were shown by what they look like, once each, the last at the latest when it ends', async () => {
  const { pty, terminal, leaks } = setUp();
  pty.print('key ASIAIOSFOD');
  pty.print('NN7EXAMPLE\r\n$ echo ASIAIOSFODNN7EXAMPLE\r\n');
  await eventually(() => expect(leaks).toEqual([{ pattern: 'AWS access key id', count: 1 }]));
  pty.print(`gth_tool_${'a'.repeat(49)}`);
  await terminal.close();
  expect(leaks.slice(1)).toEqual([{ pattern: 'Gatehouse tool token', count: 1 }]);
});
