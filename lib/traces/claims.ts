/** What a request says about who it is. It never decides anything; where it differs from the record, people see that it was tried. */
import type { Principal } from '@/lib/contracts/runs';
import { type IdentityClaimName, identityClaimNames } from '@/lib/contracts/traces';

/** By the name it was given under, cut and free of control characters. */
export type Claims = Readonly<Partial<Record<IdentityClaimName, string>>>;

const maxClaimLength = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out.
const actsOnText = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The identity claims of a body; null when it makes none. */
export function claimsIn(body: unknown): Claims | null {
  if (typeof body !== 'object' || body === null) return null;
  const found: Partial<Record<IdentityClaimName, string>> = {};
  for (const name of identityClaimNames) {
    if (!Object.hasOwn(body, name)) continue;
    const value = (body as Record<string, unknown>)[name];
    if (value !== undefined && value !== null) found[name] = shown(value);
  }
  return Object.keys(found).length === 0 ? null : found;
}

/** The claims that are not what the record says; null when all are, or none was made. */
export function mismatch(claims: Claims | null | undefined, principal: Principal): Claims | null {
  if (!claims) return null;
  const wrong = Object.entries(claims).filter(
    ([name, value]) => value !== undefined && value !== truth(name as IdentityClaimName, principal),
  );
  return wrong.length === 0 ? null : (Object.fromEntries(wrong) as Claims);
}

function truth(
  name: IdentityClaimName,
  { userId, platform, guildId, channelId, userAliases = [] }: Principal,
): string | undefined {
  switch (name) {
    case 'userId':
    case 'user_id':
      return userId;
    case 'platform':
      return platform;
    case 'guildId':
    case 'guild_id':
      return guildId;
    case 'channelId':
    case 'channel_id':
      return channelId;
    case 'userAliases':
    case 'user_aliases':
      return shown(userAliases);
    case 'principal':
    case 'identity':
      return undefined;
    default:
      return name satisfies never;
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (text ?? '').slice(0, maxClaimLength).replace(actsOnText, '\ufffd');
}
