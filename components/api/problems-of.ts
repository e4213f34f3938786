import { ApiError } from './api-error';

const shownAtMost = 50;

/** Every problem the server found at once, where its answer lists them. */
export function problemsOf(error: unknown, field: string): string[] {
  if (!(error instanceof ApiError)) return [];
  const found = error.details?.[field];
  return Array.isArray(found) ? found.slice(0, shownAtMost).map((each) => wordsOf(each)) : [];
}

function wordsOf(problem: unknown): string {
  if (typeof problem === 'string') return problem;
  if (typeof problem === 'object' && problem !== null && 'message' in problem) {
    const path = 'path' in problem && problem.path ? `${String(problem.path)}: ` : '';
    return `${path}${String(problem.message)}`;
  }
  return JSON.stringify(problem);
}
