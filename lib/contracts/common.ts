import { z } from 'zod';

/** ISO 8601 UTC, as every time on the wire. */
export const isoTime = z.iso.datetime();

/** `?limit=` 1–200, default 50, and an opaque keyset `cursor`. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
export type Page<T> = { items: T[]; nextCursor: string | null };

/** The one error body. `code` is from the table in `lib/platform/errors.ts`. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    requestId: z.string(),
  }),
});
export type ErrorBody = z.infer<typeof errorBody>;

/** Control characters, and the bidirectional overrides that make a line read as another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses.
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
/** A line of text for people: trimmed, not empty, and nothing in it acts on the text around it. */
export function label(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(maxLength)
    .refine((text) => !controlCharacters.test(text), 'must not hold control characters');
}

/** Why somebody did something: kept on the record for good. */
export const reason = label(500);

export const empty = z.strictObject({});
