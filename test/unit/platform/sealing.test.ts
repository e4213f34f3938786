import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from '@/lib/platform/addresses';
import { createSealer } from '@/lib/platform/sealing';
import { deriveSecret, newMasterKey } from '@/lib/platform/secrets';
import { covers } from '@/test/requirements';

covers('connectors.secrets', 'connectors.outbound');
const sealer = createSealer(deriveSecret(newMasterKey(), 'test'));

describe('a sealed secret', () => {
  it('opens under its key and context alone, and never looks the same twice', () => {
    const sealed = sealer.seal('secret', 'connector:one');
    expect(sealer.open(sealed, 'connector:one')).toBe('secret');
    expect(sealer.open(sealed, 'connector:two')).toBeUndefined();
    expect(createSealer(deriveSecret(newMasterKey(), 'test')).open(sealed, 'connector:one')).toBeUndefined();
    expect(sealer.seal('secret', 'connector:one')).not.toBe(sealed);
    expect(sealed).not.toContain('secret');
  });

  it('does not open once any of its bytes changed, or as nonsense', () => {
    const sealed = sealer.seal('secret', 'a');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(sealer.open(`v1.${altered.toString('base64url')}`, 'a')).toBeUndefined();
    }
    for (const nonsense of ['', 'v1.', 'v2.abc', 'v1.AAAA', '...']) expect(sealer.open(nonsense, 'a')).toBeUndefined();
  });
});

describe('an address', () => {
  it('is private unless it is plainly public', () => {
    const inside =
      '127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.192 ' +
      '198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ' +
      '::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 2001::1 nonsense';
    for (const address of inside.split(' ')) expect(isPrivateAddress(address), address).toBe(true);
    for (const address of ['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'])
      expect(isPrivateAddress(address), address).toBe(false);
  });
});
