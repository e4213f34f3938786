// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this makes visible.
const controls = /[\u0000-\u001f\u007f-\u009f]/;
/** Invisible characters that turn, join or hide text: with them a line could read as something it is not. */
const disguises = /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** Text of unknown intent as one that reads as what it is: control and disguising characters become their code points. */
export function printable(text: string, { keepNewlines = false } = {}): string {
  let shown = '';
  for (const char of text) {
    if (keepNewlines && char === '\n') shown += char;
    else if (controls.test(char) || disguises.test(char))
      shown += char === '\n' || char === '\t' ? ' ' : codePoint(char);
    else shown += char;
  }
  return shown;
}

function codePoint(char: string): string {
  return `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
