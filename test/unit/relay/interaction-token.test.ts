import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTopLevelToken } from '@/lib/relay/platforms/interaction-token';

const cut = (text: string) => {
  const { body, token } = cutTopLevelToken(Buffer.from(text));
  return { text: body.toString('utf8'), token };
};

/** Ways to write the key that JSON reads alike. */
const tokenKeys = ['"token"', '"\\u0074oken"', '"tok\\u0065n"', '"\\u0074\\u006f\\u006b\\u0065\\u006E"'];
const otherKeys = [
  '"Token"',
  '"token "',
  '"tok\\"en"',
  '"\\\\token"',
  '"token\\\\"',
  '""',
  '"tökén"',
  '"\\ud83d\\ude00"',
];
const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
const text = fc.string({ unit: 'grapheme' }).map((value) => JSON.stringify(value));
const tricky = fc.constantFrom(
  '"\\""',
  '"\\\\"',
  '"\\\\\\""',
  '"}"',
  '"{\\"token\\":\\"x\\"}"',
  '",\\"token\\":"',
  '"token"',
);
const nested = fc.json().map((value) => `{"token":"inner","x":[{"token":${value}}]}`);
const value = fc.oneof(
  text,
  tricky,
  nested,
  fc.json(),
  fc.constantFrom('[]', '{}', '-0.0', '1e5', 'null', '["token","x"]'),
);

/** One member of the object: what it says before and after. */
const member = fc.oneof(
  fc.tuple(fc.constantFrom(...otherKeys), value).map(([key, given]) => ({ key, given, left: given, token: null })),
  fc.tuple(fc.constantFrom(...tokenKeys), fc.oneof(text, tricky)).map(([key, given]) => ({
    ...{ key, given, left: '""', token: JSON.parse(given) as string },
  })),
  fc.tuple(fc.constantFrom(...tokenKeys), nested).map(([key, given]) => ({ key, given, left: given, token: null })),
);

describe('an interaction without its token', () => {
  it('is the same in every other byte, wherever and however often the token stood', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(member, space, space, space)), space, (members, around) => {
        const written = (pick: 'given' | 'left') =>
          `${around}{${members.map(([one, a, b, c]) => `${a}${one.key}${b}:${c}${one[pick]}${a}`).join(',')}}${around}`;
        const tokens = members.flatMap(([{ token }]) => (token === null ? [] : [token]));
        expect(cut(written('given'))).toEqual({ text: written('left'), token: tokens.at(-1) ?? null });
      }),
      { numRuns: 500 },
    );
  });

  it('leaves any JSON object with one meaning but for the token', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (others, token) => {
        const object: Record<string, unknown> = { ...others, token };
        const left = cut(JSON.stringify(object, null, 1));
        expect([JSON.parse(left.text), left.token]).toEqual([
          JSON.parse(JSON.stringify({ ...object, token: '' })),
          token,
        ]);
      }),
    );
  });

  it('changes nothing where there is none, also not a nested one or a text that looks like one', () => {
    for (const same of [
      '{}',
      '{"a":{"token":"x"}}',
      '{"a":"\\"token\\":\\"x\\""}',
      '{"a":["token","x"]}',
      '{"token":5}',
    ])
      expect(cut(same)).toEqual({ text: same, token: null });
  });
});
