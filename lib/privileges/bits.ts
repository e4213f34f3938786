/** Privileges as bits of a 64-bit mask. */
import { isDangerous, type PrivilegeName, privilegeNames, privilegeTable } from '@/lib/contracts/privileges';

export function bitOf(name: PrivilegeName): bigint {
  return masks[name];
}

const masks = Object.fromEntries(
  privilegeNames.map((name) => [name, 1n << BigInt(privilegeTable[name].bit)]),
) as Record<PrivilegeName, bigint>;

/** Bits that count only where they are granted globally: a guild's moderator must not reach out of the sandbox through them. */
export const dangerousBits = maskOf(privilegeNames.filter(isDangerous));

export function maskOf(names: readonly PrivilegeName[]): bigint {
  return names.reduce((mask, name) => mask | bitOf(name), 0n);
}

/** By bit, ascending. A bit without a name, which a peer may have set, is left out. */
export function namesIn(mask: bigint): PrivilegeName[] {
  return privilegeNames.filter((name) => (mask & bitOf(name)) !== 0n);
}

const all64 = (1n << 64n) - 1n;

/** 16 hexadecimal digits: what the database and the wire carry, since neither JSON nor SQLite has an unsigned 64-bit number. */
export function formatMask(mask: bigint): string {
  return (mask & all64).toString(16).padStart(16, '0');
}

/** @throws SyntaxError for what `formatMask` did not write. */
export function parseMask(text: string): bigint {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new SyntaxError(`not a 64-bit mask: ${text.slice(0, 32)}`);
  return BigInt(`0x${text}`);
}
