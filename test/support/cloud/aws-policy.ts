/** Whether policies allow a request, for as much of IAM as the sessions of Gatehouse use: any Deny wins, then an Allow is needed. */
import { systemClock } from '@/lib/platform/clock';

export interface Asked {
  action: string;
  resource: string;
  /** `aws:userid`, `aws:PrincipalTag/…` and the like. */
  context: Record<string, string>;
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

export function isAllowed(asked: Asked, inline: string, ofRole: Iterable<string>): boolean {
  const matching = (text: string) => (JSON.parse(text).Statement as Statement[]).filter((each) => matches(each, asked));
  const own = matching(inline);
  const denies = [...own, ...[...ofRole].flatMap(matching)].some(({ Effect }) => Effect === 'Deny');
  return !denies && own.some(({ Effect }) => Effect === 'Allow');
}

function matches({ Action, Resource, Condition = {} }: Statement, { action, resource, context }: Asked): boolean {
  const anyOf = (patterns: string | string[], text: string, flags = '') =>
    [patterns].flat().some((pattern) => like(pattern, text, flags));
  if (!anyOf(Action, action, 'i') || !anyOf(Resource, resource)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => holds(operator, context[key], value, key)),
  );
}

function holds(operator: string, actual: string | undefined, value: string, key: string): boolean {
  if (operator === 'DateLessThan' && key === 'aws:CurrentTime') return systemClock.now() < Date.parse(value);
  if (operator === 'StringLike') return actual !== undefined && like(value, actual);
  if (operator === 'StringEquals') return actual === value;
  throw new Error(`No such condition here: ${operator}`);
}

function like(pattern: string, text: string, flags = ''): boolean {
  const source = pattern
    .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, flags).test(text);
}
