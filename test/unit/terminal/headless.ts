/** A terminal as a viewer has it, and everything on it that a person or a program could notice. */
import unicode11Addon from '@xterm/addon-unicode11';
import headless from '@xterm/headless';

export type HeadlessTerminal = InstanceType<typeof headless.Terminal>;

export function newTerminal(cols: number, rows: number, scrollback = 2_000): HeadlessTerminal {
  const terminal = new headless.Terminal({ cols, rows, scrollback, allowProposedApi: true });
  terminal.loadAddon(new unicode11Addon.Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  return terminal;
}

export function put(terminal: HeadlessTerminal, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => terminal.write(data, resolve));
}

type Buffer = HeadlessTerminal['buffer']['active'];

function cellsOf(buffer: Buffer, terminal: HeadlessTerminal): string[] {
  const lines: string[] = [];
  const cell = buffer.getNullCell();
  for (let y = 0; y < buffer.baseY + terminal.rows; y += 1) {
    const line = buffer.getLine(y);
    const cells: string[] = [];
    for (let x = 0; line && x < terminal.cols; x += 1) {
      line.getCell(x, cell);
      const background = [cell.getBgColorMode(), cell.getBgColor()];
      const look = [
        cell.getFgColorMode(),
        cell.getFgColor(),
        cell.isBold(),
        cell.isDim(),
        cell.isItalic(),
        cell.isUnderline(),
        cell.isInverse(),
        cell.isInvisible(),
        cell.isStrikethrough(),
      ];
      const plain = [0, -1, 0, 0, 0, 0, 0, 0, 0];
      const text = cell.getChars() || ' ';
      const marked = cell.isUnderline() || cell.isInverse() || cell.isStrikethrough();
      // Nobody sees the colour of the ink where there is none.
      const bare = cell.getChars() === '' || (text === ' ' && !marked);
      const shown = [...background, ...(bare ? plain : look)].map(Number).join(' ');
      cells.push(`${text}/${cell.getWidth()}/${shown}`);
    }
    lines.push(`${line?.isWrapped ? '+' : ' '}${cells.join('|')}`);
  }
  return lines;
}

/** Both buffers cell by cell, the cursor, and the modes xterm tells. */
export function stateOf(terminal: HeadlessTerminal) {
  const { active, normal, alternate } = terminal.buffer;
  return {
    size: [terminal.cols, terminal.rows],
    active: active.type,
    cursor: [active.cursorX, active.cursorY],
    normal: cellsOf(normal, terminal),
    alternate: active.type === 'alternate' ? cellsOf(alternate, terminal) : null,
    modes: { ...terminal.modes },
  };
}

/** What no API tells is shown by what it does: text, a line feed at the bottom, a tab, line drawing, insertion. */
export const probe = '\u001b7AZ\u001b[999;1Hbottom\nmore\u001b8q\tj\u001b[3Gins\u001b[1;1HRI\u001bM\u001bM';
