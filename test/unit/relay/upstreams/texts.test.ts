/** Texts as messages that fit, and requests of platforms as messages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageOf } from '@/lib/relay/upstreams/passthrough';
import { lengthOf, splitText } from '@/lib/relay/upstreams/split';

const plain = (maxLength: number, unit: 'chars' | 'utf16' = 'utf16') => ({ maxLength, unit, hasCodeBlocks: false });

describe('a long text', () => {
  it('is cut at ends of lines, else at spaces, and a short one is left as it is', () => {
    expect(splitText('one\ntwo', plain(7))).toEqual(['one\ntwo']);
    expect(splitText('one\ntwo three', plain(8))).toEqual(['one', 'two ', 'three']);
    expect(splitText('aaaabbbb', plain(4))).toEqual(['aaaa', 'bbbb']);
  });

  it('keeps every character, never halves a pair, and fits in either unit', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀', 'é', '`', '```', '```ts\n'), maxLength: 300 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 2, max: 60 }),
        fc.constantFrom('chars' as const, 'utf16' as const),
        (given, max, unit) => {
          const parts = splitText(given, plain(max, unit));
          for (const part of parts) {
            expect(lengthOf(part, unit)).toBeLessThanOrEqual(max);
            expect(Buffer.from(part).toString('utf8')).toBe(part);
          }
          expect(parts.join('').replace(/\s/g, '')).toBe(given.replace(/\s/g, ''));
          for (const part of splitText(given, { maxLength: max + 46, unit, hasCodeBlocks: true }))
            expect(lengthOf(part, unit)).toBeLessThanOrEqual(max + 46);
        },
      ),
    );
  });

  it('counts code points where the connector does', () => {
    expect(splitText('😀😀😀', plain(2, 'chars'))).toEqual(['😀😀', '😀']);
    expect(splitText('😀😀😀', plain(3, 'utf16'))).toEqual(['😀', '😀', '😀']);
  });

  it('closes a code block before a cut and opens it again after, with its language', () => {
    const lines = Array.from({ length: 12 }, (_, number) => `line ${number};`);
    const parts = splitText(['Look:', '```ts', ...lines, '```', 'Done.'].join('\n'), {
      ...{ maxLength: 64, unit: 'utf16', hasCodeBlocks: true },
    });
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(64);
      expect((part.match(/^```/gm) ?? []).length % 2).toBe(0);
    }
    expect(parts[1]).toMatch(/^```ts\nline /);
    expect(parts.join('\n').match(/line \d+;/g)).toEqual(lines);
  });
});

describe('a forwarded interaction', () => {
  const forward = (body: unknown, platform = 'discord') => ({
    ...{ platform, bodyB64: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64') },
  });
  const user = { id: '7', username: 'ada', global_name: 'Ada' };

  it('is a command by its name, a component by its custom id, and without text otherwise', () => {
    const base = { id: '1', channel_id: 'c', guild_id: 'g', member: { user } };
    expect(messageOf(forward({ ...base, type: 2, data: { name: 'deploy' } }))).toMatchObject({
      ...{ text: 'deploy', message_id: '1' },
      source: {
        platform: 'discord',
        chat_id: 'c',
        chat_type: 'channel',
        scope_id: 'g',
        user_id: '7',
        user_name: 'Ada',
      },
    });
    expect(messageOf(forward({ ...base, type: 3, data: { custom_id: 'yes' } }))?.text).toBe('yes');
    expect(messageOf(forward({ ...base, type: 5, data: { custom_id: 'form' } }))?.text).toBe('');
  });

  it('without a guild is a direct message of its user', () => {
    expect(messageOf(forward({ id: '1', type: 2, channel_id: 'c', user, data: { name: 'x' } }))?.source).toMatchObject({
      ...{ chat_type: 'dm', scope_id: null, user_id: '7' },
    });
  });

  it('that cannot be read, or is of another platform, is none', () => {
    for (const body of ['', '{', '[]', '{"type":2}', '['.repeat(100_000)]) expect(messageOf(forward(body))).toBeNull();
    expect(messageOf(forward({ id: '1', type: 2, channel_id: 'c', user }, 'telegram'))).toBeNull();
  });
});
