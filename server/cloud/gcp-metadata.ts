/**
 * The part of Google's metadata server that its libraries read: which project and service account this is, and a token for it.
 * Nothing else of a machine is told, and no path leads to another one: a directory answers with or without its slash.
 */
import { firstAudience } from '@/lib/credentials/opening';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

export type MetadataAnswer =
  | { kind: 'text'; text: string }
  | { kind: 'json'; value: unknown }
  /** For these scopes, joined by commas. */
  | { kind: 'token'; scopes: string };

const base = '/computeMetadata/v1';
const defaultScope = firstAudience.gcp;
const scope = /^[\x21-\x2b\x2d-\x7e]+$/;

/** What a request that names no account needs to know about: whether it is one of Google's at all. */
export function isRoot(path: string): boolean {
  return path === '/' || trimmed(path) === '/computeMetadata' || trimmed(path) === base;
}

/** Undefined for what there is not. @throws AppError BAD_REQUEST for scopes that are none. */
export function metadataOf(path: string, query: URLSearchParams, email: string): MetadataAnswer | undefined {
  const at = trimmed(path);
  if (!at.startsWith(`${base}/`)) return undefined;
  const [first, ...rest] = at.slice(base.length + 1).split('/');
  const recursive = query.get('recursive')?.toLowerCase() === 'true';
  switch (first) {
    case 'instance':
      return ofInstance(rest, { recursive, query, email });
    case 'project':
      return ofProject(rest, email);
    case 'universe':
      return rest.join('/') === 'universe-domain' ? text('googleapis.com') : undefined;
    default:
      return undefined;
  }
}

interface Asked {
  recursive: boolean;
  query: URLSearchParams;
  email: string;
}

function ofInstance([folder, account, ...rest]: string[], asked: Asked): MetadataAnswer | undefined {
  const { recursive, email } = asked;
  const accounts = { default: shown(email), [email]: shown(email) };
  if (folder === undefined)
    return recursive ? { kind: 'json', value: { serviceAccounts: accounts } } : text('service-accounts/');
  if (folder !== 'service-accounts') return undefined;
  if (account === undefined) return recursive ? { kind: 'json', value: accounts } : text('default/', `${email}/`);
  if (account !== 'default' && account !== email) return undefined;
  return ofAccount(rest.join('/'), asked);
}

function ofAccount(item: string, { recursive, query, email }: Asked): MetadataAnswer | undefined {
  switch (item) {
    case '':
      return recursive ? { kind: 'json', value: shown(email) } : text('aliases', 'email', 'scopes', 'token');
    case 'aliases':
      return text('default');
    case 'email':
      return text(email);
    case 'scopes':
      return text(defaultScope);
    case 'token':
      return { kind: 'token', scopes: scopesIn(query) };
    default:
      return undefined;
  }
}

function ofProject([item, ...rest]: string[], email: string): MetadataAnswer | undefined {
  if (rest.length > 0) return undefined;
  const [, id] = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(email) ?? [];
  // The number is known of the accounts that carry it, and never guessed.
  const [, number] = /^(\d+)-compute@developer\.gserviceaccount\.com$/.exec(email) ?? [];
  if (item === undefined) return text('numeric-project-id', 'project-id');
  if (item === 'project-id' && id !== undefined) return { kind: 'text', text: id };
  if (item === 'numeric-project-id' && number !== undefined) return { kind: 'text', text: number };
  return undefined;
}

function shown(email: string) {
  return { aliases: ['default'], email, scopes: [defaultScope] };
}

/** Sorted, so that the same scopes are answered with the same token. @throws AppError BAD_REQUEST */
function scopesIn(query: URLSearchParams): string {
  const asked = query.getAll('scopes').flatMap((list) => list.split(/[, ]/));
  const scopes = [...new Set(asked.filter(Boolean))].sort();
  const joined = scopes.join(',');
  if (
    scopes.length > limits.audienceScopes ||
    joined.length > limits.audienceChars * 4 ||
    !scopes.every((item) => scope.test(item))
  )
    throw new AppError('BAD_REQUEST', { message: 'scopes: a comma list of scopes as Google documents them.' });
  return joined || defaultScope;
}

/** One line is without an end, as Google's are; a list ends in one. */
function text(...lines: string[]): MetadataAnswer {
  return {
    kind: 'text',
    text: lines.length === 1 && !lines[0]?.endsWith('/') ? lines.join('') : `${lines.join('\n')}\n`,
  };
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
