/**
 * Which Origin and Host are ours. Against cross-site sockets and requests, and against DNS rebinding, where a foreign name
 * resolves to this machine: such a page sends its own name as Host.
 */
import type { Config } from './config';

type Names = Pick<Config, 'allowedOrigins' | 'loopbackBind' | 'port'>;

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Exact comparison of a serialised origin; `null`, look-alikes and other ports fail. */
export function isAllowedOrigin(origin: string, names: Names): boolean {
  if (names.allowedOrigins.includes(origin)) return true;
  return names.loopbackBind && loopbackNames.some((name) => origin === `http://${name}${portSuffix(names.port)}`);
}

export function isAllowedHost(host: string | undefined, names: Names): boolean {
  if (!host) return false;
  const wanted = host.toLowerCase();
  if (names.allowedOrigins.some((origin) => hostOf(origin) === wanted)) return true;
  return names.loopbackBind && isLoopbackHost(wanted, names.port);
}

export function isLoopbackHost(host: string | undefined, port: number): boolean {
  const wanted = host?.toLowerCase();
  return loopbackNames.some((name) => wanted === `${name}${portSuffix(port)}`);
}

/** Of a serialised origin, which is a scheme and a host and nothing else. Asked on every request, so nothing is parsed. */
function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3);
}

/** Port 80 never stands in an http origin or in its Host. */
function portSuffix(port: number): string {
  return port === 80 ? '' : `:${port}`;
}
