/** What one cloud takes as an action and as a resource. Pure, and linear in what it is given. */
export interface PolicyGrammar {
  /** What is wrong with an item of printable ASCII, in words that follow it; null when it is one. */
  actionProblem(item: string): string | null;
  resourceProblem(item: string): string | null;
  /** The one way a resource is kept that people write in several. */
  canonicalResource(item: string): string;
  /** Two spellings of the same have the same key. */
  actionKey(item: string): string;
  resourceKey(item: string): string;
  /** True where the item stands for every service. */
  coversServices(action: string): boolean;
  /** Actions, as keys, that stand for all of what decides over identity: who covers one whole group decides over it. */
  identityActions: readonly (readonly string[])[];
}

/**
 * Whether a pattern covers a text: `*` stands for any characters, `?` for exactly one. Steps back to the last star alone, so
 * that a pattern of many stars costs no more than pattern times text.
 */
export function covers(pattern: string, text: string): boolean {
  let at = 0;
  let textAt = 0;
  let star = -1;
  let afterStar = 0;
  while (textAt < text.length) {
    if (pattern[at] === '*') {
      star = at;
      afterStar = textAt;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[textAt])) {
      at += 1;
      textAt += 1;
    } else if (star >= 0) {
      at = star + 1;
      afterStar += 1;
      textAt = afterStar;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
