/** From what arrived to what was declared, or a 400 that names every field that is wrong. */
import type { z } from 'zod';
import { AppError } from './errors';
import { parseJson } from './json';

/** @throws AppError BAD_REQUEST with `details.issues` of `{path, message}`. */
export function parseWith<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(describeIssue);
  const text = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  throw new AppError('BAD_REQUEST', { message: `${text}.`, details: { issues } });
}

/** An empty body counts as `{}`. @throws AppError BAD_REQUEST. */
export function parseJsonBody<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  const value = text.trim() === '' ? {} : parseJson(text);
  if (value === undefined)
    throw new AppError('BAD_REQUEST', { message: 'The body is not JSON, or is nested too deeply.' });
  return parseWith(schema, value);
}

function describeIssue(issue: z.core.$ZodIssue): Array<{ path: string; message: string }> {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.').slice(0, 200), message: 'no such field' }));
  }
  return [{ path: path.join('.').slice(0, 200), message: issue.message }];
}
