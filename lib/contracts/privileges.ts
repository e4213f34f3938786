/**
 * Privileges of principals: 64 bits, of which these have names. Peers share the numbers, so a bit is never given to another name.
 * Free of zod: the console shows this table.
 */
export interface PrivilegeSpec {
  bit: number;
  /** Counts only when granted globally, never through a guild or a channel. */
  dangerous: boolean;
  /** What holding it allows, as the console says it. */
  allows: string;
}

export const privilegeTable = {
  ALTER_PRIVILEGES: {
    bit: 0,
    dangerous: true,
    allows:
      'Peers that share these masks let its holder alter privileges. In Gatehouse admins do; no built-in tool asks for it.',
  },
  UNSANDBOXED_EXEC: {
    bit: 2,
    dangerous: true,
    allows: 'Runs shell commands outside the sandbox where this host has no bubblewrap.',
  },
  BYPASS_RATELIMIT: {
    bit: 12,
    dangerous: false,
    allows: 'Calls tools without the limits of calls a minute and a run.',
  },
  READ_TOOL_CODE: {
    bit: 13,
    dangerous: false,
    allows: "Reads tools' source in peers that share these masks. No built-in tool asks for it.",
  },
  FILE_OPS: { bit: 20, dangerous: false, allows: 'Reads, writes and lists files of a run through the tools service.' },
  GATE_USE: {
    bit: 63,
    dangerous: false,
    allows: 'Uses the gate of peers that share these masks. No built-in tool asks for it.',
  },
} as const satisfies Record<string, PrivilegeSpec>;

export type PrivilegeName = keyof typeof privilegeTable;
/** By bit, ascending. */
export const privilegeNames = Object.keys(privilegeTable) as PrivilegeName[];

export function isPrivilegeName(text: string): text is PrivilegeName {
  return Object.hasOwn(privilegeTable, text);
}

export function isDangerous(name: PrivilegeName): boolean {
  return privilegeTable[name].dangerous;
}
