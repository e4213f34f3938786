import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScreen, type Screen } from '@/lib/terminal/screen';
import { createScrolledAway } from '@/lib/terminal/scrolled-away';
import { probe } from './headless';

const [cols, rows, scrollback] = [20, 4, 6];
const esc = '\u001b';

const newScreen = () => createScreen({ cols, rows, scrollback });
const write = (screen: Screen, bytes: Uint8Array) => new Promise<void>((resolve) => screen.write(bytes, resolve));
const size = (parts: Uint8Array[]) => parts.reduce((sum, part) => sum + part.length, 0);
const flood = (lines: number, text = 'y') => `${text}\r\n`.repeat(lines);

/** The screen that was given everything, the one that was given what is kept, and how much that was. */
async function both(batches: Uint8Array[]) {
  const [whole, kept] = [newScreen(), newScreen()];
  const scrolledAway = createScrolledAway();
  let drawn = 0;
  for (const batch of batches) {
    await write(whole, batch);
    const parts = scrolledAway.keep(batch, kept.linesThatScroll());
    drawn += size(parts);
    for (const part of parts) await write(kept, part);
  }
  const states = [whole.serialize(), kept.serialize()];
  for (const screen of [whole, kept]) {
    await write(screen, Buffer.from(probe));
    states.push(screen.serialize());
    screen.dispose();
  }
  return { states, drawn };
}

async function expectSame(batches: Uint8Array[]) {
  const { states, drawn } = await both(batches);
  expect([states[1], states[3]]).toEqual([states[0], states[2]]);
  return drawn;
}

/** Whatever leaves the parser, the cursor or the margins somewhere else than plain text would. */
const disturbances = [
  ...[
    '[5;3H',
    '[31m',
    '[4h',
    '[4l',
    '[2;3r',
    '[r',
    '[?6h',
    '[?6l',
    '[?7l',
    '[?7h',
    '[2L',
    '[2M',
    '[3b',
    '[K',
    '[2J',
    '[',
    '[3',
  ],
  ...[
    '7',
    '8',
    'M',
    'D',
    'E',
    'c',
    '(0',
    '(B',
    'H',
    '%',
    '[?1049h',
    '[?1049l',
    '[?47h',
    '[?47l',
    '[!p',
    '[999;1H',
    '[3g',
  ],
  ...[']0;title\u0007', `]0;title${esc}\\`, ']0;open', 'Popen', '_open', '^open', 'Xopen', '\\'],
].map((sequence) => `${esc}${sequence}`);
const bytes = [
  ...disturbances,
  '\u0090',
  '\u009b',
  '\u009d',
  'é',
  '漢',
  '👩‍💻',
  '\n',
  '\r',
  '\b',
  '\u000b',
  '\u000e',
  '\u000f',
  '\u0018',
  '\u001a',
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xc2]), Buffer.from([0xe2, 0x82]), Buffer.from([0x9b]), Buffer.from([0xff])]);

describe('text that scrolled away', () => {
  it('is not drawn, and leaves no trace', async () => {
    const drawn = await expectSame([Buffer.from(flood(10_000, 'a line of text'))]);
    expect(drawn).toBeLessThan(1_000);
  });

  it('leaves the style behind that it ended with, wherever a style was cut', async () => {
    const styles = ['[31m', '[0m', '[m', '[1;38;5;12m', '[4:3m', '[7m', '[0;32m'].map((style) => `${esc}${style}`);
    for (const style of styles)
      for (const last of styles) {
        const text = Buffer.from(`${flood(60, `${style}y${last}z`)}${flood(20)}`);
        for (let cut = 100; cut < 124; cut += 3) {
          const drawn = await expectSame([text.subarray(0, cut), text.subarray(cut)]);
          expect(drawn).toBeLessThan(text.length);
        }
      }
    expect(await expectSame([Buffer.from(flood(10_000, `${styles[0]}y${styles[1]}`))])).toBeLessThan(1_000);
  });

  it('is drawn where another sequence that a style could have been ends with the batch', async () => {
    for (const [open, rest] of [
      [`${esc}[2;3`, 'r'],
      [esc, '[2;3r'],
      [`${esc}[`, '?7l'],
      [esc, 'M'],
    ])
      await expectSame([Buffer.from(`${flood(10)}${open}`), Buffer.from(`${rest}${flood(1_000)}`)]);
  });

  it('is drawn where a region keeps lines in place, or while a sequence is open', async () => {
    const text = flood(1_000);
    for (const before of [`${esc}[2;3r`, `${esc}]0;title`, `${esc}Pq`, `${esc}[3`, '\u0090']) {
      const drawn = await expectSame([Buffer.from(before), Buffer.from(text)]);
      expect(drawn).toBe(Buffer.byteLength(before + text));
    }
  });

  it('is left out again once the sequence has ended and the screen scrolls as a whole', async () => {
    for (const before of [`${esc}]0;title\u0007`, `${esc}Pq${esc}\\`, `${esc}[2;3r${esc}[r`, `${esc}[31m`, 'é'])
      expect(await expectSame([Buffer.from(before), Buffer.from(flood(1_000))])).toBeLessThan(500);
  });

  it('is never missed, whatever comes between and however it is cut', async () => {
    const text = fc
      .tuple(
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(
          ...['', 'y', 'x\ty', 'a line that is longer than the screen is wide'],
          ...[`${esc}[31my${esc}[0m`, `${esc}[44my`, `${esc}[7my${esc}[mz`],
        ),
      )
      .map(([lines, line]) => Buffer.from(flood(lines, line)));
    const program = fc.array(fc.oneof(text, fc.constantFrom(...bytes)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(program, fc.array(fc.nat(2_000), { maxLength: 4 }), async (parts, cuts) => {
        const all = Buffer.concat(parts);
        const at = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
        await expectSame(at.slice(1).map((to, index) => all.subarray(at[index], to)));
      }),
      { numRuns: 120, seed: 20_261_122 },
    );
  }, 60_000);
});
