/** Where a webhook may be sent to, as far as it can be told before anything is sent. */
import { isPrivateAddress, literalAddress } from '@/lib/platform/addresses';
import { AppError } from '@/lib/platform/errors';

/** Names are looked up at each delivery. @throws AppError ADDRESS_REFUSED, BAD_REQUEST. */
export function requireUsableAddress(text: string, { allowPrivateHost }: { allowPrivateHost: boolean }): URL {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new AppError('BAD_REQUEST', { message: 'url: must not hold a user name or a password.' });
  }
  const literal = literalAddress(url.hostname);
  const isPrivate = url.hostname === 'localhost' || (literal !== undefined && isPrivateAddress(literal));
  if (isPrivate && !allowPrivateHost) throw new AppError('ADDRESS_REFUSED');
  return url;
}
