/**
 * What a connector says is shown to agents, operators and the record's payloads, so secrets in it are cut out first: the
 * connector's own (whatever it was started with), values under keys that name a secret, and texts in the shape of a known token.
 */
import { anySecret, patternOf } from '@/lib/leaks/patterns';

const placeholder = '[redacted]';
const maxDepth = 200;
/** Shorter ones are words: redacting "test" or "8080" would garble every answer and hide nothing. */
const minOwnSecretLength = 8;

const tokenShapes = anySecret('g');
const bearer = /\b(Bearer|Basic)\s{1,8}[A-Za-z0-9+/=._~-]{12,}/g;
const secretWord =
  '(?:passw(?:or)?d|passphrase|secret|credential|authorization|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|' +
  'access[_-]?token|refresh[_-]?token|id[_-]?token|session[_-]?token|bot[_-]?token|client[_-]?secret|cookie)';
const secretKey = new RegExp(`${secretWord}s?$|^(?:token|pwd|pat|auth|apikey|set-cookie)$|_token$`, 'i');
/** Where a shell is, as `env` prints it: no password, though its name is short for one elsewhere. */
const placeKey = /^(?:OLD)?PWD$/;
/** Positions in a list, which agents must send back. */
const pageKey = /(?:page|continuation|cursor|sync|delta|resume|next|progress|csrf)[_-]?token$/i;
/** `"password": "…"` where an answer carries JSON as text. */
const quotedPair = /"([A-Za-z0-9_.-]{1,64})"(\s{0,8}:\s{0,8})"((?:[^"\\]|\\.){1,8192})"/g;
/** `API_KEY=…` at the start of a line, as `env` and `.env` files print it. */
const assignment = /^((?:export )?[A-Za-z0-9_]{0,64})=(\S{1,8192})$/gm;

export interface Redacted<T> {
  value: T;
  count: number;
  /** The pattern of each text in the shape of a known token. A password has no shape, and the connector's own secrets are its own. */
  patterns: string[];
}

export interface Redactor {
  text(text: string): Redacted<string>;
  /** @throws RangeError for what is nested deeper than anything sensible. */
  value(value: unknown): Redacted<unknown>;
}

/** `ownSecrets` are cut out wherever they appear, whatever their shape. */
export function createRedactor(ownSecrets: readonly string[]): Redactor {
  const own = [...new Set(ownSecrets.flatMap(formsOf))]
    .filter((secret) => secret.length >= minOwnSecretLength)
    .sort((a, b) => b.length - a.length);

  function redactText(text: string): Redacted<string> {
    let count = 0;
    const patterns: string[] = [];
    const cut = () => {
      count += 1;
      return placeholder;
    };
    let out = text;
    for (const secret of own) if (out.includes(secret)) out = out.replaceAll(secret, cut);
    // Too short for any token or pair.
    if (out.length < 8) return { value: out, count, patterns };
    out = out.replaceAll(tokenShapes, (secret) => {
      patterns.push(patternOf(secret));
      return cut();
    });
    out = out.replaceAll(bearer, (_all, scheme: string) => `${scheme} ${cut()}`);
    if (out.includes('":') || out.includes('" :'))
      out = out.replaceAll(quotedPair, (all: string, key: string, colon: string, value: string) =>
        isSecretKey(key) && value !== placeholder ? `"${key}"${colon}"${cut()}"` : all,
      );
    if (out.includes('='))
      out = out.replaceAll(assignment, (all: string, key: string, value: string) =>
        isSecretKey(key.replace(/^export /, '')) && value !== placeholder ? `${key}=${cut()}` : all,
      );
    return { value: out, count, patterns };
  }

  function redactValue(value: unknown): Redacted<unknown> {
    let count = 0;
    const patterns: string[] = [];
    const walk = (at: unknown, depth: number): unknown => {
      if (depth > maxDepth) throw new RangeError('nested too deeply');
      if (typeof at === 'string') {
        const done = redactText(at);
        count += done.count;
        patterns.push(...done.patterns);
        return done.value;
      }
      if (Array.isArray(at)) return at.map((item) => walk(item, depth + 1));
      if (typeof at !== 'object' || at === null) return at;
      const binary = isBinary(at);
      const entries = Object.entries(at).map(([key, item]): [string, unknown] => {
        // Bytes of an image: no text to read, and megabytes of it.
        if (binary && (key === 'data' || key === 'blob')) return [key, item];
        if (isSecretKey(key) && holdsText(item)) {
          count += 1;
          for (const text of [item].flat()) if (typeof text === 'string') patterns.push(...redactText(text).patterns);
          return [key, placeholder];
        }
        return [key, walk(item, depth + 1)];
      });
      // Not assignment: a key named __proto__ must stay a key.
      return Object.fromEntries(entries);
    };
    return { value: walk(value, 0), count, patterns };
  }

  return { text: redactText, value: redactValue };
}

export function isSecretKey(key: string): boolean {
  return secretKey.test(key) && !pageKey.test(key) && !placeKey.test(key);
}

function holdsText(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && value !== placeholder;
  return Array.isArray(value) && value.some((item) => typeof item === 'string' && item !== '');
}

function isBinary(value: object): boolean {
  return 'blob' in value || ('type' in value && (value.type === 'image' || value.type === 'audio'));
}

/** As it is, as JSON escapes it inside a text, and without the scheme of an Authorization header. */
function formsOf(secret: string): string[] {
  const bare = secret.replace(/^(Bearer|Basic|Token)\s+/i, '');
  return [secret, bare, JSON.stringify(secret).slice(1, -1), JSON.stringify(bare).slice(1, -1)];
}
