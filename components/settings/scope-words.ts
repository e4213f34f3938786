import type { Scope } from '@/lib/contracts/roles';

/** What each scope opens. A scope without words here opens nothing yet and is not offered. */
export const offeredScopes = [
  { scope: 'runs:read', opens: 'See runs, tokens and their events; watch them live.' },
  { scope: 'runs:write', opens: 'Start, end and revoke runs, mint and revoke tokens, report spending.' },
  { scope: 'tokens:introspect', opens: 'Ask whether a tool token is good: what tool servers need.' },
  { scope: 'traces:write', opens: 'Write tool-session records: say for whom the calls of a trace are made.' },
  { scope: 'approvals:decide', opens: 'See held calls with their arguments, approve, deny and extend them.' },
  { scope: 'plugins:write', opens: 'Install plugins, grant and revoke capabilities, add and change connectors.' },
  { scope: 'credentials:issue', opens: 'Open, charge and revoke cloud credential sessions.' },
  { scope: 'relay:provision', opens: 'Provision, rotate and revoke relay instances, mint their codes, write to them.' },
  { scope: 'audit:read', opens: 'Read, verify and export the record; fetch recordings.' },
] as const satisfies readonly { scope: Scope; opens: string }[];

export const lifetimes = [
  { label: '1 day', seconds: 86_400 },
  { label: '30 days', seconds: 2_592_000 },
  { label: '90 days', seconds: 7_776_000 },
  { label: '1 year', seconds: 31_536_000 },
  { label: 'Until it is revoked', seconds: null },
] as const;
