/**
 * Arguments in a form made for reading: edits as before and after, texts of several lines as texts. Whatever is not
 * understood exactly stays in `rest`: an agent chooses its arguments, and must not be able to hide one behind a diff.
 */

export interface Edit {
  before: string;
  after: string;
}
export interface ReadableArguments {
  /** Every field that is neither an edit nor a long text. */
  rest: Record<string, unknown>;
  edits: Edit[];
  texts: { name: string; text: string }[];
}

/** What the servers people use call the text they look for and the text they put in its place. */
const editNames = [
  ['oldText', 'newText'],
  ['old_text', 'new_text'],
  ['old_string', 'new_string'],
  ['oldString', 'newString'],
  ['old_str', 'new_str'],
] as const;

/** Null where JSON is the best there is to show. */
export function readableArguments(value: unknown): ReadableArguments | null {
  if (!isRecord(value)) return null;
  const found = takeEdits(value);
  const texts = Object.entries(found.rest).flatMap(([name, text]) =>
    typeof text === 'string' && text.includes('\n') ? [{ name, text }] : [],
  );
  if (found.edits.length === 0 && texts.length === 0) return null;
  const asTexts = new Set(texts.map(({ name }) => name));
  const rest = Object.fromEntries(Object.entries(found.rest).filter(([name]) => !asTexts.has(name)));
  return { rest, edits: found.edits, texts };
}

/** What a tool answered: its blocks of text as texts, where that is all they are. */
export function readableResult(value: unknown): ReadableArguments | null {
  if (!isRecord(value) || !Array.isArray(value.content) || value.content.length === 0) return readableArguments(value);
  const blocks: unknown[] = value.content;
  const texts = blocks.flatMap((block, index) => {
    if (!isRecord(block) || block.type !== 'text' || typeof block.text !== 'string') return [];
    if (Object.keys(block).length !== 2) return [];
    return [{ name: blocks.length > 1 ? `text ${index + 1}` : 'text', text: block.text }];
  });
  if (texts.length !== blocks.length) return null;
  const { content: _content, ...rest } = value;
  return { rest, edits: [], texts };
}

function takeEdits(value: Record<string, unknown>): { edits: Edit[]; rest: Record<string, unknown> } {
  const own = editOf(value);
  if (own) return { edits: [own.edit], rest: own.rest };
  if (!Array.isArray(value.edits) || value.edits.length === 0) return { edits: [], rest: value };
  const edits = value.edits.map((each: unknown) => (isRecord(each) ? editOf(each) : null));
  const clean = edits.flatMap((each) => (each && Object.keys(each.rest).length === 0 ? [each.edit] : []));
  if (clean.length !== edits.length) return { edits: [], rest: value };
  const { edits: _edits, ...rest } = value;
  return { edits: clean, rest };
}

function editOf(value: Record<string, unknown>): { edit: Edit; rest: Record<string, unknown> } | null {
  for (const [oldName, newName] of editNames) {
    const before = value[oldName];
    const after = value[newName];
    if (typeof before !== 'string' || typeof after !== 'string') continue;
    const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== oldName && name !== newName));
    return { edit: { before, after }, rest };
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
