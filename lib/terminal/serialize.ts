/**
 * What is on a terminal as the escape sequences that put it on a freshly reset one of the same size: both buffers with their
 * scrollback, the cursor, the style in use and the modes xterm tells. In place of the serialize addon, which loses the colour
 * of erased cells, writes what a narrower screen has cut off, and misplaces lines and cursor around some wrapped lines.
 */
import type headless from '@xterm/headless';

type Terminal = InstanceType<typeof headless.Terminal>;
type Buffer = Terminal['buffer']['active'];
type Line = NonNullable<ReturnType<Buffer['getLine']>>;
type Cell = ReturnType<Buffer['getNullCell']>;

const esc = '\u001b[';
const plain = `${esc}0m`;

/** `region` is the scroll region, first and last row from 1, or null for the whole screen. */
export function serializeTerminal(terminal: Terminal, region: [number, number] | null): string {
  const { normal, alternate, active } = terminal.buffer;
  let text = contentOf(normal, terminal);
  if (active.type === 'alternate')
    text += `${goTo(normal.cursorY, normal.cursorX, terminal)}${plain}${esc}?1049h${esc}H${contentOf(alternate, terminal)}`;
  const { originMode } = terminal.modes;
  // Both send the cursor home, and origin mode counts its rows from the region's first.
  if (region) text += `${esc}${region[0]};${region[1]}r`;
  if (originMode) text += `${esc}?6h`;
  text += cursorOf(active, terminal, originMode && region ? region[0] - 1 : 0);
  return `${text}${sgrOf(currentStyle(terminal))}${modesOf(terminal)}`;
}

function contentOf(buffer: Buffer, { cols, rows }: Terminal): string {
  const cell = buffer.getNullCell();
  const lines: Array<{ text: string; flows: boolean }> = [];
  for (let y = 0; y < buffer.length; y += 1) {
    const line = buffer.getLine(y);
    if (!line) continue;
    lines.push({ text: lineText(line, cols, cell), flows: flowsInto(line, buffer.getLine(y + 1), cols, cell) });
  }
  // Where nothing has scrolled, empty lines at the end are there anyway.
  while (lines.length > 1 && lines.length <= rows && lines.at(-1)?.text === '') lines.pop();
  const last = lines.length - 1;
  return `${plain}${lines.map(({ text, flows }, y) => (flows || y === last ? text : `${text}\r\n`)).join('')}`;
}

function lineText(line: Line, cols: number, cell: Cell): string {
  let text = '';
  let style = plain;
  let gap = 0;
  let gapStyle = plain;
  const wear = (wanted: string) => {
    if (wanted !== style) text += wanted;
    style = wanted;
  };
  /** An erased cell has a background and nothing else. */
  const skipGap = () => {
    if (gap > 0 && gapStyle !== plain) {
      wear(gapStyle);
      text += `${esc}${gap}X`;
    }
    if (gap > 0) text += `${esc}${gap}C`;
    gap = 0;
  };
  // xterm leaves the lines of the alternate buffer as wide as they ever were.
  for (let x = 0; x < Math.min(line.length, cols); x += 1) {
    line.getCell(x, cell);
    if (cell.getWidth() === 0) continue;
    const characters = cell.getChars();
    const erasedTo = characters === '' ? (cell.isBgDefault() ? plain : `${esc}0;${backgroundOf(cell)}m`) : null;
    if (erasedTo === null || erasedTo !== gapStyle) skipGap();
    if (erasedTo === null) {
      wear(sgrOf(cell));
      text += characters;
    } else {
      gapStyle = erasedTo;
      gap += 1;
    }
  }
  if (gapStyle !== plain) skipGap();
  // A line feed at the bottom fills the new line with the background in use.
  wear(plain);
  return text;
}

/** True where writing the next line right after this one makes it the rest of this one again. */
function flowsInto(line: Line, next: Line | undefined, cols: number, cell: Cell): boolean {
  if (!next?.isWrapped) return false;
  const first = next.getCell(0, cell);
  if (!first || first.getChars() === '' || !first.isBgDefault()) return false;
  const wide = first.getWidth() > 1;
  const holds = (x: number) => {
    const at = line.getCell(x, cell);
    return at !== undefined && (at.getChars() !== '' || at.getWidth() === 0);
  };
  if (holds(cols - 1)) return true;
  // A wide character that did not fit left the last column empty.
  return wide && holds(cols - 2) && (line.getCell(cols - 1, cell)?.isBgDefault() ?? false);
}

function goTo(row: number, column: number, { cols }: Terminal): string {
  return `${esc}${row + 1};${Math.min(column, cols - 1) + 1}H`;
}

/** Behind the last column only a character can bring the cursor: the one there is written again. */
function cursorOf(buffer: Buffer, terminal: Terminal, rowsAbove: number): string {
  const row = buffer.cursorY - rowsAbove;
  const line = buffer.getLine(buffer.baseY + buffer.cursorY);
  if (buffer.cursorX < terminal.cols || !line) return goTo(row, buffer.cursorX, terminal);
  const last = line.getCell(terminal.cols - 1);
  const column = last?.getWidth() === 0 ? terminal.cols - 2 : terminal.cols - 1;
  const cell = line.getCell(column);
  if (!cell || cell.getChars() === '') return goTo(row, column, terminal);
  return `${goTo(row, column, terminal)}${sgrOf(cell)}${cell.getChars()}`;
}

type Style = Pick<Cell, 'isBold' | 'isDim' | 'isItalic' | 'isUnderline' | 'isBlink' | 'isInverse' | 'isInvisible'> &
  Pick<Cell, 'isStrikethrough' | 'isOverline' | 'isFgRGB' | 'isFgPalette' | 'getFgColor'> &
  Pick<Cell, 'isBgRGB' | 'isBgPalette' | 'getBgColor'>;

function sgrOf(style: Style): string {
  const parts = [
    '0',
    style.isBold() ? '1' : '',
    style.isDim() ? '2' : '',
    style.isItalic() ? '3' : '',
    style.isUnderline() ? '4' : '',
    style.isBlink() ? '5' : '',
    style.isInverse() ? '7' : '',
    style.isInvisible() ? '8' : '',
    style.isStrikethrough() ? '9' : '',
    style.isOverline() ? '53' : '',
    style.isFgRGB() ? `38;2;${rgb(style.getFgColor())}` : style.isFgPalette() ? palette(style.getFgColor(), 30) : '',
    backgroundOf(style),
  ];
  return `${esc}${parts.filter((part) => part !== '').join(';')}m`;
}

function backgroundOf(style: Pick<Style, 'isBgRGB' | 'isBgPalette' | 'getBgColor'>): string {
  if (style.isBgRGB()) return `48;2;${rgb(style.getBgColor())}`;
  return style.isBgPalette() ? palette(style.getBgColor(), 40) : '';
}

function rgb(color: number): string {
  return `${(color >>> 16) & 255};${(color >>> 8) & 255};${color & 255}`;
}

function palette(color: number, base: 30 | 40): string {
  if (color >= 16) return `${base + 8};5;${color}`;
  return String(color >= 8 ? base + 60 + color - 8 : base + color);
}

/** xterm has no public name for the style in use; the serialize addon reads it here too. */
function currentStyle(terminal: Terminal): Style {
  let value: unknown = terminal;
  for (const name of ['_core', '_inputHandler', '_curAttrData'])
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return isStyle(value) ? value : terminal.buffer.active.getNullCell();
}

function isStyle(value: unknown): value is Style {
  return typeof value === 'object' && value !== null && 'isBold' in value && 'getBgColor' in value;
}

const mouseModes = { none: '', x10: '?9h', vt200: '?1000h', drag: '?1002h', any: '?1003h' } as const;

/** None of them moves the cursor; origin mode, which does, is set before. */
function modesOf({ modes }: Terminal): string {
  const mouse = mouseModes[modes.mouseTrackingMode];
  return [
    modes.applicationCursorKeysMode ? `${esc}?1h` : '',
    modes.applicationKeypadMode ? `${esc}?66h` : '',
    modes.bracketedPasteMode ? `${esc}?2004h` : '',
    modes.insertMode ? `${esc}4h` : '',
    modes.reverseWraparoundMode ? `${esc}?45h` : '',
    modes.sendFocusMode ? `${esc}?1004h` : '',
    modes.wraparoundMode ? '' : `${esc}?7l`,
    mouse === '' ? '' : `${esc}${mouse}`,
  ].join('');
}
