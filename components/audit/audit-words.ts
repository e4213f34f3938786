import { shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type { AuditOutcome, AuditRow } from '@/lib/contracts/audit';

/** The twin of `auditOutcomes` in the contract, whose schemas stay out of the first load. */
export const outcomes: readonly AuditOutcome[] = ['ok', 'refused', 'failed'];
export const outcomeTones: Record<AuditOutcome, DotTone> = { ok: 'hollow', refused: 'stop', failed: 'stop' };

/** Actions by what they are about, for the filter's menu. An action that is not here shows up there once a row has it. */
export const actionGroups = {
  Runs: [
    'run.start',
    'run.exit',
    'run.end',
    'run.revoke',
    'run.expire',
    'run.fail',
    'run.budget',
    'run.spend',
    'run.recorded',
    'run.processes_ended',
    'leak.detected',
    'leak.acknowledge',
  ],
  Tokens: ['token.mint', 'token.revoke', 'token.expire'],
  'Cloud credentials': [
    'credential.open',
    'credential.issue',
    'credential.issued',
    'credential.refused',
    'credential.refuse',
    'credential.spend',
    'credential.complete',
    'credential.expire',
    'credential.revoke',
    'credential.budget',
    'credential.fail',
    'credential.deny',
    'credential.denied',
    'credential.lift',
  ],
  Access: ['sign_in', 'sign_out', 'access', 'ticket.mint', 'socket.open'],
  Identity: ['trace.write', 'privilege.grant', 'privilege.revoke', 'privilege.change', 'privilege.clear'],
  Settings: [
    'setup',
    'operator.create',
    'operator.role',
    'operator.password',
    'operator.disable',
    'operator.enable',
    'operator.sign_out',
    'operator.link',
    'service_key.create',
    'service_key.revoke',
    'profile.save',
    'profile.remove',
  ],
} as const;

export type Names = ReadonlyMap<string, string>;
const noNames: Names = new Map();

/** `operator:op_…` as the operator's name where it is known, else as "operator op_x1y2z3". */
export function actorWords(actor: string, names: Names = noNames): string {
  const at = actor.indexOf(':');
  if (at === -1) return printable(actor);
  const id = actor.slice(at + 1);
  return printable(names.get(id) ?? `${actor.slice(0, at)} ${shortId(id)}`);
}

/** What was acted on: by name where it is known, an id shortened, anything else as it is. */
export function targetWords(target: string, names: Names = noNames): string {
  return printable(names.get(target) ?? (isId(target) ? shortId(target) : target));
}

export function isId(text: string): boolean {
  return /^[a-z]+_[A-Za-z0-9]+$/.test(text);
}

const shownChars = 200;
const tellingFirst = ['reason', 'problem', 'title', 'name', 'email', 'from', 'to', 'status', 'role', 'kind'];

/** "reason: it ran wild, status: revoked": the data of a row in one line, the most telling first. */
export function dataWords({ data }: Pick<AuditRow, 'data'>): string {
  const words = Object.entries(data)
    .filter(([, value]) => !isEmpty(value))
    .sort(([a, left], [b, right]) => weightOf(a, left) - weightOf(b, right))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return printable(words.join(', ').slice(0, shownChars));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
}

/** A reason or a name says more than a number, and anything more than a structure. */
function weightOf(name: string, value: unknown): number {
  if (typeof value === 'object') return tellingFirst.length + 1;
  const place = tellingFirst.indexOf(name);
  return place === -1 ? tellingFirst.length : place;
}

const pages: Record<string, (id: string) => string> = {
  run: (id) => `/runs/${id}`,
  plugin: (id) => `/plugins/${id}`,
  connector: (id) => `/connectors/${id}`,
  profile: () => '/settings/cloud-profiles',
};
const namedByPeople = /^(?<kind>plugin|connector|profile):(?<id>[a-z0-9][a-z0-9_-]*)$/;

const principal = /^identity:(?<platform>[^:]+):(?<userId>.+)$/;

/** The page of what a row is about, where it has one. A cloud session has an id of no kind: its action tells. */
export function targetHref(target: string, action = ''): string | null {
  if (action.startsWith('credential.'))
    return `/credentials?${new URLSearchParams({ status: 'all', session: target })}`;
  const { platform, userId } = principal.exec(target)?.groups ?? {};
  if (platform && userId) return `/identities/${encodeURIComponent(userId)}?${new URLSearchParams({ platform })}`;
  const named = namedByPeople.exec(target)?.groups;
  if (named?.kind && named.id) return pages[named.kind]?.(named.id) ?? null;
  const [prefix = ''] = target.split('_', 1);
  return isId(target) && prefix === 'run' ? (pages.run?.(target) ?? null) : null;
}

/** Finds this one row again, however many have come since: its own moment as the filter, and the row opened. */
export function rowHref({ at, seq }: AuditRow): string {
  return `/audit?${new URLSearchParams({ from: at, to: at, row: String(seq) })}`;
}
