/** Who may do what. The pages, the routes and the role matrix test read this one table. */

export const roles = ['viewer', 'operator', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

const everyone = roles;

export const permissions = {
  /** Runs, tokens, plugins and the metadata of calls and of the record. */
  'runs.read': everyone,
  'terminal.watch': everyone,
  'audit.read': everyone,
  /** Start runs, type into a terminal, revoke, decide approvals, grant and revoke capabilities. */
  'runs.control': ['operator', 'admin'],
  'recordings.read': ['operator', 'auditor', 'admin'],
  /** The arguments of calls held for approval. */
  'held.arguments': ['operator', 'auditor', 'admin'],
  /** Arguments and results of every call. */
  'calls.arguments': ['auditor', 'admin'],
  'audit.export': ['auditor', 'admin'],
  /** Operators, service keys, connectors, trust tier, privileges, settings. */
  'settings.manage': ['admin'],
  /** The operator's own sessions and tickets. */
  'self.manage': everyone,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

export function roleAllows(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}

/** What a service key may be allowed. A key never gets a permission, only scopes. */
export const scopes = [
  'runs:read',
  'runs:write',
  'tokens:introspect',
  'traces:write',
  'approvals:decide',
  'plugins:write',
  'credentials:issue',
  'relay:provision',
  'audit:read',
] as const;
export type Scope = (typeof scopes)[number];
