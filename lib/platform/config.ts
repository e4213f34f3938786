/** The environment, parsed once. Every problem names its variable and what would be right; all are reported together. */
import { resolve } from 'node:path';
import { limits } from './limits';

export interface Config {
  host: string;
  port: number;
  dataDir: string;
  databaseUrl: string;
  publicUrl: string;
  /** Exact origins a browser may come from, the public one first. */
  allowedOrigins: string[];
  /** True where `localhost`, `127.0.0.1` and `[::1]` at our port count as our own names. */
  loopbackBind: boolean;
  trustedProxies: string[];
  admin: { email: string; password: string } | null;
  serviceKey: string | null;
  /** 32 bytes as base64, or null to keep one in the data directory. */
  masterKey: string | null;
  oidc: { issuer: string; clientId: string; clientSecret: string } | null;
  /** Where tool-session records are kept, and calls of the tools service queued; null for this process alone. */
  redisUrl: string | null;
  /** Keys of tool-session records in Redis, and what one lives when its writer says nothing. */
  toolSessions: { prefix: string; ttlSeconds: number };
  /** Where the tools of the tools service run; null leaves it to whether `npm run tools` was ever started on this Redis. */
  tools: 'in-process' | 'queue' | null;
  logLevel: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

type Env = Record<string, string | undefined>;
const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost']);

/** @throws ConfigError with one line a problem. */
export function parseConfig(env: Env, cwd: string): Config {
  const problems: string[] = [];
  const read = (name: string) => env[name]?.trim() || undefined;
  const fail = (name: string, what: string) => void problems.push(`${name}: ${what}`);

  const host = read('HOST') ?? '127.0.0.1';
  const port = parsePort(read('PORT') ?? '3000', fail);
  const loopbackBind = loopbackHosts.has(host);
  const dataDir = resolve(cwd, read('GATEHOUSE_DATA_DIR') ?? 'data');

  const databaseUrl = read('DATABASE_URL') ?? `file:${resolve(dataDir, 'gatehouse.db')}`;
  if (!databaseUrl.startsWith('file:'))
    fail('DATABASE_URL', 'this version keeps its state in SQLite: use file:<absolute path>, or leave it out');

  const publicUrlText = read('GATEHOUSE_PUBLIC_URL');
  if (!publicUrlText && !loopbackBind) {
    fail(
      'GATEHOUSE_PUBLIC_URL',
      `required when HOST is not a loopback address: the URL people open, such as https://gatehouse.example.com`,
    );
  }
  const publicUrl = parseOrigin(
    publicUrlText ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    'GATEHOUSE_PUBLIC_URL',
    fail,
  );
  const moreOrigins = list(read('GATEHOUSE_ALLOWED_ORIGINS')).map((text) =>
    parseOrigin(text, 'GATEHOUSE_ALLOWED_ORIGINS', fail),
  );

  const serviceKey = read('GATEHOUSE_SERVICE_KEY') ?? null;
  if (serviceKey && serviceKey.length < 32)
    fail('GATEHOUSE_SERVICE_KEY', 'needs at least 32 characters, such as the output of: openssl rand -base64 33');

  const masterKey = read('GATEHOUSE_MASTER_KEY') ?? null;
  if (masterKey && (!/^[A-Za-z0-9+/]+={0,2}$/.test(masterKey) || Buffer.from(masterKey, 'base64').length !== 32)) {
    fail('GATEHOUSE_MASTER_KEY', 'must be 32 bytes as base64, such as the output of: openssl rand -base64 32');
  }

  const config: Config = {
    host,
    port,
    dataDir,
    databaseUrl,
    publicUrl,
    allowedOrigins: [publicUrl, ...moreOrigins],
    loopbackBind,
    trustedProxies: list(read('GATEHOUSE_TRUSTED_PROXIES')),
    admin: parseAdmin(read('GATEHOUSE_ADMIN_EMAIL'), env.GATEHOUSE_ADMIN_PASSWORD, fail),
    serviceKey,
    masterKey,
    oidc: parseOidc(
      read('GATEHOUSE_OIDC_ISSUER'),
      read('GATEHOUSE_OIDC_CLIENT_ID'),
      read('GATEHOUSE_OIDC_CLIENT_SECRET'),
      fail,
    ),
    redisUrl: parseRedisUrl(read('REDIS_URL'), fail),
    toolSessions: {
      prefix: parsePrefix(read('GATEHOUSE_TOOL_SESSION_PREFIX') ?? 'gatehouse:tools:session:', fail),
      ttlSeconds: parseSessionTtl(read('GATEHOUSE_TOOL_SESSION_TTL_SECONDS') ?? '300', fail),
    },
    tools: parseTools(read('GATEHOUSE_TOOLS'), read('REDIS_URL'), fail),
    logLevel: parseLogLevel(read('LOG_LEVEL') ?? 'info', fail),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

type Fail = (name: string, what: string) => void;

function parsePort(text: string, fail: Fail): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  fail('PORT', `must be a whole number from 0 to 65535, not "${text}"`);
  // Any valid one, so that the URL built from it is no second problem.
  return 3000;
}

function parseOrigin(text: string, name: string, fail: Fail): string {
  try {
    const url = new URL(text);
    if (
      (url.protocol === 'http:' || url.protocol === 'https:') &&
      url.pathname === '/' &&
      !url.search &&
      !url.hash &&
      !url.username
    )
      return url.origin;
  } catch {
    // Falls through to the one message below.
  }
  fail(
    name,
    `must be an origin such as https://gatehouse.example.com (scheme, host and port, nothing after), not "${text}"`,
  );
  return 'http://invalid';
}

function parseAdmin(email: string | undefined, password: string | undefined, fail: Fail): Config['admin'] {
  if (!email && !password) return null;
  if (!email || !/^[^\s@]+@[^\s@]+$/.test(email))
    fail('GATEHOUSE_ADMIN_EMAIL', 'must be an email address, set together with GATEHOUSE_ADMIN_PASSWORD');
  if (!password || password.length < 12)
    fail('GATEHOUSE_ADMIN_PASSWORD', 'must have at least 12 characters, set together with GATEHOUSE_ADMIN_EMAIL');
  return { email: (email ?? '').toLowerCase(), password: password ?? '' };
}

function parseOidc(
  issuer: string | undefined,
  clientId: string | undefined,
  clientSecret: string | undefined,
  fail: Fail,
): Config['oidc'] {
  if (!issuer && !clientId && !clientSecret) return null;
  if (!issuer || !URL.canParse(issuer))
    fail('GATEHOUSE_OIDC_ISSUER', 'must be the issuer URL of the provider, such as https://login.example.com');
  if (!clientId) fail('GATEHOUSE_OIDC_CLIENT_ID', 'required with GATEHOUSE_OIDC_ISSUER');
  if (!clientSecret) fail('GATEHOUSE_OIDC_CLIENT_SECRET', 'required with GATEHOUSE_OIDC_ISSUER');
  return { issuer: issuer ?? '', clientId: clientId ?? '', clientSecret: clientSecret ?? '' };
}

/** The address is not in the message: it may hold a password. */
function parseRedisUrl(text: string | undefined, fail: Fail): string | null {
  if (text === undefined) return null;
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    fail('REDIS_URL', 'must be redis://[user:password@]host[:port][/number], or rediss:// for TLS');
  return text;
}

function parsePrefix(text: string, fail: Fail): string {
  if (!/^[\x21-\x7e]{1,200}$/.test(text))
    fail(
      'GATEHOUSE_TOOL_SESSION_PREFIX',
      'must be 1–200 printable ASCII characters without spaces, such as sg:tools:session:',
    );
  return text;
}

function parseSessionTtl(text: string, fail: Fail): number {
  const seconds = Number(text);
  const toolTimeoutSeconds = limits.toolTimeoutMs / 1_000;
  if (!/^\d+$/.test(text) || seconds <= toolTimeoutSeconds || seconds > 86_400)
    fail(
      'GATEHOUSE_TOOL_SESSION_TTL_SECONDS',
      `must be a whole number of seconds over ${toolTimeoutSeconds}, the longest a tool may take, and at most 86400, not "${text}"`,
    );
  return seconds;
}

function parseTools(text: string | undefined, redisUrl: string | undefined, fail: Fail): Config['tools'] {
  if (text === undefined || text === 'in-process') return text ?? null;
  if (text !== 'queue') fail('GATEHOUSE_TOOLS', `must be in-process or queue, or left out, not "${text}"`);
  else if (redisUrl === undefined)
    fail('GATEHOUSE_TOOLS', 'queue needs REDIS_URL, the Redis that npm run tools uses too');
  return 'queue';
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
function parseLogLevel(text: string, fail: Fail): string {
  if (!logLevels.includes(text)) fail('LOG_LEVEL', `must be one of ${logLevels.join(', ')}`);
  return text;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
