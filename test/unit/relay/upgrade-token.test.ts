import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUpgradeToken, mintUpgradeToken, parseUpgradeToken } from '@/lib/relay/protocol/upgrade-token';

const known = {
  secret: 's3cret',
  gatewayId: 'gw-1',
  exp: 1_700_000_000,
  sig: '88bfb6385eb192c1da6688a87c27e4bd2da228e38c70191fdda5bb14502efacd',
  token: 'Z3ctMToxNzAwMDAwMDAwOjg4YmZiNjM4NWViMTkyYzFkYTY2ODhhODdjMjdlNGJkMmRhMjI4ZTM4YzcwMTkxZmRkYTViYjE0NTAyZWZhY2Q',
};
const beforeMs = (known.exp - 1) * 1_000;

function verdict(token: string, secrets: string[], nowMs = beforeMs) {
  const parsed = parseUpgradeToken(token);
  return parsed && checkUpgradeToken(parsed, { secrets, nowMs });
}

describe('an upgrade token', () => {
  it('is what the client in the field mints and reads', () => {
    expect(mintUpgradeToken(known)).toBe(known.token);
    const { gatewayId, exp, sig } = known;
    expect(parseUpgradeToken(known.token)).toEqual({ gatewayId, exp, sig });
  });

  it('of an id with colons is read from the right', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
        fc.nat(),
        fc.string(),
        (id, exp, secret) => {
          const gatewayId = `${id}:0:${'a'.repeat(64)}:x`;
          const token = mintUpgradeToken({ gatewayId, exp, secret });
          expect(parseUpgradeToken(token)).toMatchObject({ gatewayId, exp });
          expect(verdict(token, [secret], 0)).toBe('ok');
        },
      ),
    );
  });

  it('is good under the current and the previous secret and no other', () => {
    expect(verdict(known.token, ['new', known.secret])).toBe('ok');
    expect(verdict(known.token, [known.secret, 'old'])).toBe('ok');
    expect(verdict(known.token, ['new', 'old'])).toBe('unauthorized');
    expect(verdict(known.token, [])).toBe('unauthorized');
  });

  it('ends at its second, and never when that is 0', () => {
    const atMs = known.exp * 1_000;
    expect(verdict(known.token, [known.secret], atMs - 1)).toBe('ok');
    expect(verdict(known.token, [known.secret], atMs)).toBe('expired');
    expect(verdict(known.token, ['other'], atMs)).toBe('unauthorized');
    const endless = mintUpgradeToken({ ...known, exp: 0 });
    expect(verdict(endless, [known.secret], Number.MAX_SAFE_INTEGER)).toBe('ok');
  });

  it('is not one with any character changed, added or taken', () => {
    fc.assert(
      fc.property(fc.nat(known.token.length - 1), fc.constantFrom(...'AZaz09-_=. :'), (at, character) => {
        fc.pre(known.token[at] !== character);
        const changed = known.token.slice(0, at) + character + known.token.slice(at + 1);
        const decodesTheSame = Buffer.from(changed, 'base64url').equals(Buffer.from(known.token, 'base64url'));
        fc.pre(!decodesTheSame);
        expect(verdict(changed, [known.secret]) ?? 'unauthorized').toBe('unauthorized');
      }),
    );
    for (const text of ['', known.token.slice(0, -2), `${known.token}AA`, 'x'.repeat(1_000_000), `${known.token}\n`])
      expect(verdict(text, [known.secret]) ?? 'unauthorized').toBe('unauthorized');
  });

  it('that is anything else is none, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseUpgradeToken(text)).toBeNull();
      }),
    );
    for (const inner of ['gw-1', 'gw-1:1', `:1:${known.sig}`, `gw:-1:${known.sig}`, `gw:1:${known.sig.toUpperCase()}`])
      expect(parseUpgradeToken(Buffer.from(inner).toString('base64url')), inner).toBeNull();
  });
});
