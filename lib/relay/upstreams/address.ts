/**
 * Where an upstream may be. An admin names it, so private addresses are theirs to choose; but a bearer in the clear is for
 * them alone: over plain `ws://` it never leaves for a public address, whatever a name resolves to at that dial.
 */
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress, literalAddress } from '@/lib/platform/addresses';
import { AppError } from '@/lib/platform/errors';

const inTheClear = 'over ws:// the bearer would cross a public network in the clear. Use wss://.';

/** The address to dial: `/relay` where none other is named. @throws AppError BAD_REQUEST, ADDRESS_REFUSED. */
export function requireUsableUrl(text: string, hasSecret: boolean): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new AppError('BAD_REQUEST', { message: 'url: must hold no user name, password, query or fragment.' });
  if (url.pathname === '/') url.pathname = '/relay';
  const literal = literalAddress(url.hostname);
  if (hasSecret && isPlain(url) && literal !== undefined && !isPrivateAddress(literal)) throw refused(url.hostname);
  return url.href;
}

export const isPlain = ({ protocol }: URL) => protocol === 'ws:';

/** A look-up that refuses every name which leads to a public address. */
export function privateLookup(lookup: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses = Array.isArray(found) ? found : [{ address: found, family: 0 }];
      const [first] = addresses;
      // One public answer among private ones is enough: the connection tries them in turn.
      if (!first || addresses.some(({ address }) => !isPrivateAddress(address))) return callback(refused(hostname), '');
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function refused(hostname: string): AppError {
  return new AppError('ADDRESS_REFUSED', { message: `url: ${hostname} is a public address, and ${inTheClear}` });
}
