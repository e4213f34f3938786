import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScreen, type Screen } from '@/lib/terminal/screen';
import { covers } from '@/test/requirements';
import { type HeadlessTerminal, newTerminal, probe, put, stateOf } from './headless';

const [cols, rows] = [60, 16];
const esc = '\u001b';
const write = (screen: Screen, text: string | Uint8Array) =>
  new Promise<void>((resolve) => screen.write(typeof text === 'string' ? Buffer.from(text) : text, resolve));

/** What was written, on a terminal that saw it all and on one that was only given the restored screen; then both go on. */
async function bothAfter(
  text: string,
  next: string[] = [probe],
  look: (terminal: HeadlessTerminal) => object = stateOf,
) {
  const screen = createScreen({ cols, rows, scrollback: 2_000 });
  await write(screen, text);
  const [seen, restored] = [newTerminal(cols, rows), newTerminal(cols, rows)];
  await put(seen, text);
  await put(restored, screen.serialize());
  const states = [[look(seen), look(restored)] as const];
  for (const more of next) {
    await put(seen, more);
    await put(restored, more);
    states.push([look(seen), look(restored)]);
  }
  screen.dispose();
  return states;
}
async function expectRestored(text: string, next?: string[]) {
  for (const [seen, restored] of await bothAfter(text, next)) expect(restored).toEqual(seen);
}

/** Without the mark that a line is the rest of the one above, which is lost where that one was erased since. */
function visible(terminal: HeadlessTerminal) {
  const { normal, alternate, ...state } = stateOf(terminal);
  const unmarked = (lines: string[]) => lines.map((line) => line.slice(1));

  return { ...state, shown: unmarked(alternate ?? normal) };
}

/** The bytes of vim as it opens a file, from its start to its status line, with the sequences it really sends. */
const vim = [
  `${esc}[?1000h${esc}[?1002h${esc}[?1006h${esc}[?1049h${esc}[22;0;0t${esc}[>4;2m${esc}[?1h${esc}=${esc}[?2004h${esc}[?1004h`,
  `${esc}[1;${rows}r${esc}[?12h${esc}[?12l${esc}[22;2t${esc}[22;1t${esc}[27m${esc}[23m${esc}[29m${esc}[m${esc}[H${esc}[2J${esc}[?25l`,
  `${esc}[1;1H${esc}[38;5;130m  1 ${esc}[m${esc}[38;2;181;137;0mexport${esc}[m ${esc}[1mconst${esc}[m x = ${esc}[31m'ä 漢字 👩‍💻'${esc}[m;`,
  `${esc}[2;1H${esc}[38;5;130m  2 ${esc}[m${esc}[4mlink${esc}[24m ${esc}[9mgone${esc}[29m ${esc}[3mit${esc}[23m${esc}[7minv${esc}[27m`,
  `${esc}[3;1H${esc}[94m~${esc}[K${esc}[4;1H~${esc}[K${esc}[m${esc}[${rows};1H${esc}[48;5;236m"a.ts" 2L, 40B${esc}[K${esc}[m`,
  `${esc}[1;5H${esc}[?25h${esc}[2 q`,
].join('');
/** A monitor in the manner of htop: hidden cursor, drawn boxes, colours to the edge, a region that scrolls. */
const monitor = [
  `${esc}[?1049h${esc}[?25l${esc}[H${esc}[2J`,
  ...Array.from(
    { length: rows },
    (_, y) => `${esc}[${y + 1};1H${esc}[4${y % 8};3${(y + 3) % 8}m${'█▄'.repeat(cols / 2)}`,
  ),
  `${esc}[m${esc}(0${esc}[2;2Hlqqqk${esc}[3;2Hx   x${esc}[4;2Hmqqqj${esc}(B${esc}[5;12r${esc}[12;1H\n\n\nscrolled${esc}[7;9H`,
].join('');

describe('a restored screen', () => {
  covers('pty.restore');

  it.each<[string, string]>([
    ['nothing yet', ''],
    ['a prompt after some lines', 'one\r\ntwo\r\n$ '],
    ['more lines than the screen holds', Array.from({ length: 100 }, (_, index) => `line ${index}\r\n`).join('')],
    ['a line that wraps, to the last column and beyond', `${'x'.repeat(cols)}\r\n${'y'.repeat(cols * 2 + 5)}`],
    ['a cursor that waits behind the last column', 'x'.repeat(cols)],
    ['wide characters, one that does not fit at the edge', `漢字かな ${'x'.repeat(cols - 10)}漢漢`],
    ['emoji, combined and with joiners', '👍🏽 é e\u0301 👩‍👩‍👧‍👦 🇨🇭 ✈️ \u200bz'],
    [
      'all the colours and styles',
      `${[1, 2, 3, 4, 5, 7, 8, 9, 21, 53].map((sgr) => `${esc}[${sgr}mS${sgr}${esc}[m `).join('')}${esc}[38;5;200;48;2;1;2;3mdeep`,
    ],
    ['a style that goes on', `${esc}[1;4;32mgreen`],
    ['vim with a file', vim],
    [
      'vim, left again',
      `before\r\n$ vi\r\n${vim}${esc}[?1049l${esc}[?1l${esc}>${esc}[?2004l${esc}[?1004l${esc}[?1006l${esc}[?1002l$ `,
    ],
    ['a monitor with a scroll region', monitor],
    ['a screen behind the alternate one', `shell\r\nhistory\r\n${monitor}`],
    ['cleared halfway', `${vim}${esc}[10;1H${esc}[J${esc}[5;20H${esc}[1K`],
    ['insert mode and no wrap', `abc${esc}[1;2H${esc}[4hINS${esc}[?7l${'w'.repeat(cols + 10)}`],
    ['application cursor keys and keypad', `${esc}[?1h${esc}=x`],
    ['mouse and bracketed paste', `${esc}[?1003h${esc}[?1006h${esc}[?2004h${esc}[?1004h`],
    ['a full reset after all of it', `${vim}${esc}cafter`],
    [
      'a painted background, erased to',
      `${esc}[?1049h${esc}[44m${esc}[2J${esc}[5;10H${esc}[37mhello${esc}[K${esc}[9;1H`,
    ],
    ['a frame cut off while a background is in use', `${esc}[?1049h${esc}[2J${esc}[3;3H${esc}[42m half`],
    ['a last line full to its edge, the cursor elsewhere', `${esc}[2J${esc}[${rows};1H${'='.repeat(cols)}${esc}[4;7H`],
    ['origin mode in a region', `${esc}[4;9r${esc}[?6h${esc}[2;5Hhere`],
    ['a soft reset in a region', `${esc}[3;9r${esc}[?25l${esc}(0${esc}[!pafter`],
  ])('of %s is cell for cell, cursor and modes the same, and goes on the same', async (_what, text) => {
    await expectRestored(text);
  });

  it('of line drawing left on goes on drawing lines', async () => {
    await expectRestored(`${esc}(0lqqk`, ['qqx', `${esc}(Bqqx`]);
  });

  it('of a scroll region scrolls the same lines afterwards', async () => {
    const lines = Array.from({ length: rows }, (_, index) => `row ${index}`).join('\r\n');
    await expectRestored(`${lines}${esc}[4;9r${esc}[9;3H`, [
      '\nA',
      '\r\n\r\nB',
      `${esc}[4;1H${esc}M${esc}MC`,
      `${esc}[rD`,
    ]);
  });

  it('keeps what xterm does not tell: a hidden cursor, the mouse encoding, the shape of the cursor', async () => {
    const screen = createScreen({ cols, rows, scrollback: 100 });
    await write(screen, `${esc}[?25l${esc}[?1006h${esc}[?1016h${esc}[5 q`);
    const text = screen.serialize();
    for (const sequence of ['[?25l', '[?1006h', '[?1016h', '[5 q']) expect(text).toContain(`${esc}${sequence}`);
    await write(screen, `${esc}[?25h${esc}[?1006l${esc}[?1016l${esc}[0 q`);
    for (const sequence of ['?25', '?1006', '?1016', ' q']) expect(screen.serialize()).not.toContain(sequence);
    screen.dispose();
  });

  it('is right however the bytes were cut, also within a character or a sequence', async () => {
    const bytes = Buffer.from(`${vim}${monitor}👩‍💻`);
    for (const step of [1, 2, 3, 7, 64]) {
      const screen = createScreen({ cols, rows, scrollback: 100 });
      const [seen, restored] = [newTerminal(cols, rows), newTerminal(cols, rows)];
      const written: Array<Promise<void>> = [];
      for (let at = 0; at < bytes.length; at += step) {
        const piece = bytes.subarray(at, at + step);
        written.push(write(screen, piece), put(seen, piece));
      }
      await Promise.all(written);
      await put(restored, screen.serialize());
      expect(stateOf(restored)).toEqual(stateOf(seen));
      screen.dispose();
    }
  });

  it.each([
    ['a full-screen program', monitor],
    ['a shell with long lines', `${'x'.repeat(150)}\r\n$ ls\r\n${'漢字'.repeat(40)}\r\n$ `],
    ['a shell whose wrapped line lost its first part', `${'x'.repeat(70)}${esc}[A${esc}[2K`],
  ])('of %s follows a resize, narrower and wider', async (_what, text) => {
    const screen = createScreen({ cols, rows, scrollback: 100 });
    const seen = newTerminal(cols, rows);
    await write(screen, text);
    await put(seen, text);
    const sizes: Array<[number, number]> = [
      [100, 30],
      [30, 10],
      [80, 24],
    ];
    for (const size of sizes) {
      screen.resize(...size);
      // A program that hears of a new size draws anew, and does not touch what is beyond the edge.
      const redraw = `${esc}[1;1H${'█▄'.repeat(size[0] / 2 - 5)}`;
      await write(screen, redraw);
      seen.resize(...size);
      await put(seen, redraw);
      const restored = newTerminal(...size);
      await put(restored, screen.serialize());
      expect(visible(restored)).toEqual(visible(seen));
    }
    screen.dispose();
  });

  it('holds no more than its scrollback', async () => {
    const screen = createScreen({ cols, rows, scrollback: 50 });
    await write(screen, 'flood of lines\r\n'.repeat(20_000));
    expect(screen.serialize().split('\r\n').length).toBeLessThanOrEqual(50 + rows);
    screen.dispose();
  });

  it('survives any sequence of cursor, colour, erase, scroll and mode commands', async () => {
    const number = fc.integer({ min: 0, max: 70 });
    const piece = fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
          .map((text) => text.replace(/\p{Cc}/gu, '')),
      },
      { weight: 3, arbitrary: fc.tuple(number, number).map(([y, x]) => `${esc}[${y};${x}H`) },
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 3, 4, 7, 31, 42, 97).map((sgr) => `${esc}[${sgr}m`) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('[J', '[1J', '[K', '[1K', '[2K', '[3L', '[2M', '[4P', '[5@', '[3X', 'D', 'M', 'E')
          .map((end) => esc + end),
      },
      { weight: 1, arbitrary: fc.constantFrom('\r\n', '\n', '\t', '\b', '\r') },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('[?1049h', '[?1049l', '[?25l', '[?25h', '[?1h', '[?2004h', '(0', '(B')
          .map((end) => esc + end),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 5, maxLength: 60 }), async (pieces) => {
        const [[seen, restored] = []] = await bothAfter(pieces.join(''), [], visible);
        expect(restored).toEqual(seen);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});
