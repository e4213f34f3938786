/** A typed command line as the argument vector it stands for. No shell runs: nothing is expanded. */
export type SplitCommand = { ok: true; argv: string[] } | { ok: false; problem: string };

const operators = new Set(['|', '&', ';', '<', '>']);

/** Blanks split, single quotes keep all, double quotes keep all but `\"` and `\\`, a backslash keeps the next character. */
export function splitCommand(text: string): SplitCommand {
  const argv: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    const next = text.charAt(index + 1);
    if (quote === "'") {
      if (char === "'") quote = null;
      else word = (word ?? '') + char;
    } else if (char === '\\' && next !== '' && (quote === null || next === '"' || next === '\\')) {
      word = (word ?? '') + next;
      index += 1;
    } else if (quote === '"') {
      if (char === '"') quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== null) argv.push(word);
      word = null;
    } else {
      if (operators.has(char)) {
        return {
          ok: false,
          problem: `No shell reads this line, so ${char} would be a plain argument. Quote it, or start a shell: bash -c '…'.`,
        };
      }
      word = (word ?? '') + char;
    }
  }
  if (quote) return { ok: false, problem: `A ${quote === '"' ? 'double' : 'single'} quote is not closed.` };
  if (word !== null) argv.push(word);
  return { ok: true, argv };
}
