/** What is wrong with a transport beyond its shape, and how the record names one. */
import type { AnyTransport, ConnectorLimits, ConnectorTransport } from '@/lib/contracts/connectors';
import { isPrivateAddress, literalAddress } from '@/lib/platform/addresses';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { secretValuesOf } from './secrets';

/** @throws AppError BAD_REQUEST or ADDRESS_REFUSED, naming the field. */
export function requireUsableTransport(transport: AnyTransport): void {
  if (transport.kind === 'http') requireUsableUrl(transport);
  if (transport.kind === 'stdio') requireWithoutNul(transport);
}

function requireUsableUrl({ url, allowPrivateHost }: Extract<ConnectorTransport, { kind: 'http' }>): void {
  const { username, password, hostname } = new URL(url);
  if (username !== '' || password !== '')
    throw new AppError('BAD_REQUEST', {
      message:
        'transport.url: must not hold a user or a password, since addresses are shown. Send an Authorization header.',
    });
  // A name is looked up and checked at each connection; an address can be refused here, where it is typed.
  const literal = literalAddress(hostname);
  if (literal !== undefined && allowPrivateHost !== true && isPrivateAddress(literal))
    throw new AppError('ADDRESS_REFUSED', {
      message: `transport.url: ${hostname} is a private, loopback or link-local address. Set transport.allowPrivateHost to allow this one host.`,
    });
}

/** The system ends a text at its first NUL: the rest would be dropped without a word. */
function requireWithoutNul({ command, args = [], env = {}, cwd = '' }: Extract<ConnectorTransport, { kind: 'stdio' }>) {
  const fields = { command, args: args.join(''), env: Object.values(env).join(''), cwd };
  for (const [field, text] of Object.entries(fields)) {
    if (text.includes('\0'))
      throw new AppError('BAD_REQUEST', { message: `transport.${field}: must not hold a NUL character.` });
  }
}

/** A tool-session record may not end while its call goes on, so a call of the tools service has a longest time. @throws AppError BAD_REQUEST. */
export function requireUsableLimits({ kind }: AnyTransport, given: ConnectorLimits | undefined): void {
  const mostSeconds = limits.toolTimeoutMs / 1_000;
  if (kind === 'builtin' && (given?.timeoutSeconds ?? 0) > mostSeconds)
    throw new AppError('BAD_REQUEST', {
      message: `limits.timeoutSeconds: a call of the tools service may take at most ${mostSeconds} seconds.`,
    });
}

/** Arguments and query strings carry secrets too often to be written down for good. */
export function transportForRecord(transport: AnyTransport): Record<string, unknown> {
  if (transport.kind === 'builtin') return { kind: transport.kind };
  const names = Object.keys(secretValuesOf(transport)).sort();
  if (transport.kind === 'stdio') {
    const { kind, command, args = [], cwd = null } = transport;
    return { kind, command, args: args.length, cwd, env: names };
  }
  const { origin, pathname } = new URL(transport.url);
  const { kind, allowPrivateHost = false } = transport;
  return { kind, url: `${origin}${pathname}`, headers: names, allowPrivateHost };
}
