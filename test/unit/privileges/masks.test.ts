/** The rule of privileges against a model of it, over every shape of masks, places and aliases. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDangerous, type PrivilegeName, privilegeNames, privilegeTable } from '@/lib/contracts/privileges';
import type { Principal } from '@/lib/contracts/runs';
import type { Actor } from '@/lib/platform/actor';
import { bitOf, dangerousBits, formatMask, maskOf, namesIn, parseMask } from '@/lib/privileges/bits';
import { beyondCeiling } from '@/lib/privileges/may-grant';
import { createPrivilegeMasks } from '@/lib/privileges/privilege-index';
import { covers } from '@/test/requirements';

covers('privileges.bits', 'privileges.scopes', 'privileges.ceiling');

describe('privileges', () => {
  it('stand for the bits that peers know', () => {
    const bits = Object.fromEntries(privilegeNames.map((name) => [name, privilegeTable[name].bit]));
    expect(bits).toEqual({
      ALTER_PRIVILEGES: 0,
      UNSANDBOXED_EXEC: 2,
      BYPASS_RATELIMIT: 12,
      READ_TOOL_CODE: 13,
      FILE_OPS: 20,
      GATE_USE: 63,
    });
    expect(dangerousBits).toBe(0b101n);
    expect(formatMask(maskOf(privilegeNames))).toBe('8000000000103005');
  });

  it('go through their text and back, all 64 bits of them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (mask) => {
        expect(parseMask(formatMask(mask))).toBe(mask);
        expect(maskOf(namesIn(mask)) & ~mask).toBe(0n);
      }),
    );
    for (const text of ['', '1', 'g'.repeat(16), '0'.repeat(17), '0x00000000000001', '-000000000000001'])
      expect(() => parseMask(text)).toThrow(SyntaxError);
  });
});

interface Grant {
  userId: string;
  guildId: string | null;
  channelId: string | null;
  names: PrivilegeName[];
}

const users = ['maya', 'maya-old', 'noor'] as const;
const grant: fc.Arbitrary<Grant> = fc.record({
  userId: fc.constantFrom(...users),
  guildId: fc.constantFrom(null, 'g1', 'g2'),
  channelId: fc.constantFrom(null, 'c1', 'c2'),
  names: fc.subarray([...privilegeNames]),
});
const principal: fc.Arbitrary<Principal> = fc.record({
  userId: fc.constantFrom(...users),
  platform: fc.constantFrom('discord', 'slack'),
  guildId: fc.constantFrom(undefined, 'g1', 'g2'),
  channelId: fc.constantFrom(undefined, 'c1', 'c2'),
  userAliases: fc.option(fc.array(fc.constantFrom(...users, 'nobody'), { maxLength: 3 }), { nil: undefined }),
});

/** In plain words: for each user the principal is, the narrowest mask that fits; its dangerous part from the global one. */
function modelHolds(grants: Grant[], who: Principal, name: PrivilegeName): boolean {
  if (who.platform !== 'discord') return false;
  return [who.userId, ...(who.userAliases ?? [])].some((userId) => {
    const own = grants.filter((each) => each.userId === userId);
    const at = (guildId: string | null, channelId: string | null) =>
      own.findLast((each) => each.guildId === guildId && each.channelId === channelId);
    const global = at(null, null);
    if (isDangerous(name)) return global?.names.includes(name) ?? false;
    const inChannel = who.channelId === undefined ? undefined : at(who.guildId ?? null, who.channelId);
    const anyGuild = who.channelId === undefined ? undefined : at(null, who.channelId);
    const inGuild = who.guildId === undefined ? undefined : at(who.guildId, null);
    return (inChannel ?? anyGuild ?? inGuild ?? global)?.names.includes(name) ?? false;
  });
}

describe('what a principal holds', () => {
  it('is what a model of the rule says, and each bit of it has a source', () => {
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 12 }), principal, (grants, who) => {
        const masks = createPrivilegeMasks();
        for (const { userId, guildId, channelId, names } of grants)
          masks.set({ userId, platform: 'discord' }, { guildId, channelId }, maskOf(names));
        const held = masks.of(who);
        for (const name of privilegeNames)
          expect((held & bitOf(name)) !== 0n, name).toBe(modelHolds(grants, who, name));
        expect(masks.sources(who).reduce((all, { mask }) => all | mask, 0n)).toBe(held);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never grows dangerous through a guild or a channel', () => {
    const masks = createPrivilegeMasks();
    const maya = { userId: 'maya', platform: 'discord' };
    masks.set(maya, { guildId: 'g1', channelId: null }, maskOf(privilegeNames));
    expect(masks.of({ ...maya, guildId: 'g1' }) & dangerousBits).toBe(0n);
    masks.set(maya, { guildId: null, channelId: null }, maskOf(['UNSANDBOXED_EXEC', 'FILE_OPS']));
    masks.set(maya, { guildId: 'g1', channelId: null }, 0n);
    expect(namesIn(masks.of({ ...maya, guildId: 'g1' }))).toEqual(['UNSANDBOXED_EXEC']);
  });
});

describe('the ceiling', () => {
  const target = { userId: 'maya', platform: 'discord' };
  const operator = (role: 'admin' | 'operator'): Actor => {
    return { kind: 'operator', id: 'op_1', email: 'Ines@example.com', role, sessionId: 'ses_1' };
  };

  it('holds everybody but an admin to what they hold themselves', () => {
    fc.assert(
      fc.property(fc.subarray([...privilegeNames]), fc.subarray([...privilegeNames]), (asked, held) => {
        const missing = asked.filter((name) => !held.includes(name));
        expect(beyondCeiling(operator('operator'), target, asked, maskOf(held))).toEqual(missing);
        expect(beyondCeiling({ kind: 'run', id: 'run_1' }, target, asked, 0n)).toEqual(asked);
        expect(beyondCeiling(operator('admin'), target, asked, maskOf(held))).toEqual([]);
      }),
    );
  });

  it('holds an admin to it for what is dangerous and their own', () => {
    const own = { platform: 'console', userId: 'ines@EXAMPLE.com' };
    expect(beyondCeiling(operator('admin'), own, ['ALTER_PRIVILEGES', 'FILE_OPS'], 0n)).toEqual(['ALTER_PRIVILEGES']);
    expect(beyondCeiling(operator('admin'), own, ['ALTER_PRIVILEGES'], bitOf('ALTER_PRIVILEGES'))).toEqual([]);
    expect(beyondCeiling(operator('admin'), { ...own, platform: 'discord' }, ['ALTER_PRIVILEGES'], 0n)).toEqual([]);
  });
});
