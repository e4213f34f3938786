/**
 * Text from the server on its way to a terminal. Titles, reasons and commands are chosen by agents, so an escape sequence in
 * one would be run by the reader's terminal; direction marks would show it other than it is.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line, nothing a terminal acts on. Line breaks and tabs become spaces, the rest goes. */
export function plain(text: string): string {
  return text.replace(/\s*[\r\n\t]\s*/g, ' ').replace(unsafe, '');
}

/** JSON whose strings hold no character a terminal acts on: they are escaped, so that the value stays what it is. */
export function safeJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => line.replace(unsafe, escaped))
    .join('\n');
}

const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u;
const zeroWidth = /^\p{Mark}|^[\u200b-\u200d]/u;

/** Columns a terminal gives one character. */
function columnsOf(character: string): number {
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** At most `width` columns, the last one an ellipsis where something was cut. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    if (used + columnsOf(character) > width - 1) break;
    kept += character;
    used += columnsOf(character);
  }
  return `${kept}…`;
}
