import type { IncomingMessage } from 'node:http';
import type { Config } from '@/lib/platform/config';

/** The client's address: the socket's, or what the nearest trusted proxy reports of it. */
export function addressOf(request: IncomingMessage, { trustedProxies }: Pick<Config, 'trustedProxies'>): string {
  let address = plain(request.socket.remoteAddress ?? 'unknown');
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean);
  // From the right: each hop is believed only while the one that reports it is trusted.
  while (trustedProxies.includes(address) && forwarded.length > 0) address = plain(forwarded.pop() ?? address);
  return address.slice(0, 64);
}

/** An IPv4 client of an IPv6 socket shows as `::ffff:192.0.2.1`. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
