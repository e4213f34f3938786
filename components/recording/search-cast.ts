import type { Cast } from './cast';

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this takes out.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;
const matchesAtMost = 1000;

export interface CastIndex {
  /** Indexes of the events in which a match is complete, in order. */
  find: (text: string) => number[];
}

/** Everything the terminal was ever sent, as plain text: finds also what a full-screen program has painted over. */
export function indexCast({ events }: Cast): CastIndex {
  const starts: number[] = [];
  const owners: number[] = [];
  let plain = '';
  events.forEach((event, index) => {
    if (event.kind !== 'o') return;
    starts.push(plain.length);
    owners.push(index);
    plain += event.data.replace(escapes, '');
  });
  const haystack = plain.toLowerCase();

  function ownerOf(offset: number): number {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return owners[low - 1] ?? 0;
  }

  return {
    find(text) {
      const needle = text.toLowerCase();
      const found: number[] = [];
      if (needle === '') return found;
      for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + needle.length)) {
        const owner = ownerOf(at + needle.length - 1);
        if (found.at(-1) !== owner) found.push(owner);
        if (found.length >= matchesAtMost) break;
      }
      return found;
    },
  };
}
