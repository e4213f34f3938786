/** What is wrong with a policy, item by item, in a form that is safe to show wherever it ends up. */
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

export interface PolicyProblems {
  /** `problem` goes on after the item: "is longer than 256 characters". */
  add(item: string, problem: string): void;
  /** @throws AppError INVALID_POLICY */
  throwIfAny(): void;
}

/** So many stand in the message; the details hold more. */
const inMessage = 5;

export function createProblems(): PolicyProblems {
  const problems: { item: string; problem: string }[] = [];
  let count = 0;
  return {
    add(item, problem) {
      count += 1;
      if (problems.length < limits.credentialProblems) problems.push({ item: shownItem(item), problem });
    },
    throwIfAny() {
      if (count === 0) return;
      const named = problems.slice(0, inMessage).map(({ item, problem }) => `"${item}" ${problem}`);
      const rest = count > named.length ? `, and ${count - named.length} more` : '';
      const more = count - problems.length;
      throw new AppError('INVALID_POLICY', {
        message: `The policy cannot be read: ${named.join('; ')}${rest}. Nothing was issued.`,
        details: { problems, ...(more > 0 ? { more } : {}) },
      });
    },
  };
}

/** Names the first character that no item may hold; null where there is none. */
export function unprintable(text: string): string | null {
  const found = /[^ -~]/u.exec(text)?.[0];
  if (found === undefined) return null;
  const kind = /\p{Cc}/u.test(found) ? 'a control character' : 'a character that is not ASCII';
  return `holds ${kind} (${codePoint(found)})`;
}

/**
 * Cut, and in printable ASCII: a message is read in logs and terminals, where a control character acts, and a letter that only
 * looks like another would hide what is wrong.
 */
function shownItem(item: string): string {
  const most = limits.credentialProblemChars;
  const characters = Array.from(item.slice(0, 2 * most + 2));
  const shown = characters.slice(0, most).map(escaped).join('');
  return characters.length > most ? `${shown}…` : shown;
}

function escaped(character: string): string {
  return /[^ -~]/u.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
