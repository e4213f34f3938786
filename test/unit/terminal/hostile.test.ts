/** Output that is made to harm the terminal that shows it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harden } from '@/components/terminal/harden';
import { createScreen, type Screen } from '@/lib/terminal/screen';
import { covers } from '@/test/requirements';
import { newTerminal, put, stateOf } from './headless';

const [cols, rows] = [40, 10];
const esc = '\u001b';
const write = (screen: Screen, text: string) =>
  new Promise<void>((resolve) => screen.write(Buffer.from(text), resolve));
const full = Array.from({ length: rows }, (_, row) => `line ${row}`).join('\r\n');

async function shownAfter(text: string) {
  const screen = createScreen({ cols, rows, scrollback: 100 });
  await write(screen, text);
  const terminal = newTerminal(cols, rows, 100);
  await put(terminal, screen.serialize());
  screen.dispose();
  return stateOf(terminal);
}

describe('hostile output', () => {
  covers('pty.hostile-output');

  it.each(['L', 'M', 'S', 'T', 'I', 'Z', 'b', '@', 'P', 'X', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'd', 'e', 'a'])(
    'with a count of two thousand million for CSI %s does what the largest sensible count does, at once',
    async (final) => {
      const counts = [2_147_483_647, cols * rows, 99_999_999_999];
      const [absurd, sensible, beyond] = await Promise.all(
        counts.map((count) => shownAfter(`${full}${esc}[4;9Hx${esc}[${count}${final}after`)),
      );
      expect(absurd).toEqual(sensible);
      expect(beyond).toEqual(sensible);
    },
  );

  it('erases a screen up to its last cell', async () => {
    for (const erase of ['[1J', '[?1J']) {
      const { normal } = await shownAfter(`${full}${esc}[999;999H${esc}${erase}${esc}[1;1Hafter`);
      expect(normal.map((line) => line.replace(/[^a-z]/g, '')).filter(Boolean)).toEqual(['after']);
    }
  });

  it('of any sequences in any order ends, and the screen goes on', async () => {
    const count = fc.constantFrom(0, 1, 2, 7, 24, 61, 999, 2_147_483_647, -1);
    const piece = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('', '?', '>', '=', '!'),
          fc.array(count, { maxLength: 3 }),
          fc.constantFrom('', ' ', '$', '"', "'"),
          fc.constantFrom(...'@ABCDEFGHIJKLMPQRSTXZ`abcdefghlmnpqrstuvwxyz{|}~'),
        )
        .map(([prefix, counts, intermediate, final]) => `${esc}[${prefix}${counts.join(';')}${intermediate}${final}`),
      fc
        .constantFrom('D', 'M', 'E', 'H', '7', '8', '=', '(0', '#8', '%G', 'n', 'P$qm', ']11;?\u0007')
        .map((end) => esc + end),
      fc.constantFrom('[?1049h', '[?6h', '[?7l', '[4h', '[?69h', '[?3h', '[?45h', '[?2026h').map((end) => esc + end),
      fc.constantFrom('\r\n', '\n', '\t', '\b', '\u000e', 'text', '漢字', '\u0301', '\u200d', 'x'.repeat(100)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 50, maxLength: 120 }), fc.nat(30), async (pieces, width) => {
        const screen = createScreen({ cols, rows, scrollback: 100 });
        await write(screen, pieces.slice(0, 40).join(''));
        screen.resize(1 + width, 1 + (width % 12));
        await write(screen, pieces.slice(40).join(''));
        screen.resize(cols, rows);
        await write(screen, `${esc}cstill here`);
        expect(screen.serialize()).toContain('still here');
        screen.dispose();
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  it('does as little to the page’s own terminal', async () => {
    const terminal = newTerminal(cols, rows, 100);
    harden(terminal);
    await put(terminal, `${full}${esc}[999;999H${esc}[1J`);
    for (const final of 'LMSTIZb') await put(terminal, `${full}${esc}[2147483647${final}`);
    await put(terminal, `${esc}[=7F${esc}[9999'~${esc}cstill here`);
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('still here');
  });
});
