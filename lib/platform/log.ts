import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Names whose values never reach a log, at the top and one level down. */
const secretNames = [
  'token',
  'ticket',
  'internal',
  'password',
  'key',
  'secret',
  'authorization',
  'cookie',
  'env',
  'clientSecret',
];

export function createLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: secretNames.flatMap((name) => [name, `*.${name}`, `headers["${name}"]`, `headers["set-cookie"]`]),
      censor: '[redacted]',
    },
  });
}

/** A URL's path for the log: the query string is where careless clients put tokens. */
export function pathForLog(url: string | undefined): string {
  return (url ?? '').split(/[?#]/, 1)[0] ?? '';
}
