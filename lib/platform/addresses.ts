/** Which network addresses are the outside world. Everything that is not plainly public is not. */
import ipaddr from 'ipaddr.js';

/** The ranges that ipaddr.js counts as unicast and that lead back inside all the same. */
const moreSpecial = [
  // Shared by carriers and cloud networks; 192.0.0.192 is the metadata service of one.
  ipaddr.parseCIDR('100.64.0.0/10'),
  ipaddr.parseCIDR('192.0.0.0/24'),
  ipaddr.parseCIDR('198.18.0.0/15'),
] as const;

/** True for a literal address that a server must not be talked into calling; also for text that is no address. */
export function isPrivateAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return true;
  // `process` unpacks IPv4 in IPv6 (::ffff:127.0.0.1), which would otherwise hide it.
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return true;
  return address.kind() === 'ipv4' && moreSpecial.some((range) => range[0].kind() === 'ipv4' && address.match(range));
}

/** The address a URL names without any look-up, or undefined where it names a host. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}
