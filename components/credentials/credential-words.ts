import { shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type {
  CredentialProvider,
  CredentialSession,
  CredentialStatus,
  ProviderState,
} from '@/lib/contracts/credentials';

/** The twin of `credentialProviders` in the contract, whose schemas stay out of the first load. */
export const providers: readonly CredentialProvider[] = ['aws', 'gcp', 'azure'];

export const providerNames: Record<CredentialProvider, string> = { aws: 'AWS', gcp: 'Google Cloud', azure: 'Azure' };

/** For a narrow column. */
export const shortProviderNames: Record<CredentialProvider, string> = { ...providerNames, gcp: 'GCP' };

export const credentialTones: Record<CredentialStatus, DotTone> = {
  active: 'live',
  completed: 'hollow',
  expired: 'hollow',
  revoked: 'stop',
  budget_exceeded: 'stop',
  failed: 'stop',
};
export const credentialStatusWords: Record<CredentialStatus, string> = {
  active: 'active',
  completed: 'completed',
  expired: 'expired',
  revoked: 'revoked',
  budget_exceeded: 'over budget',
  failed: 'failed',
};

const role = /^arn:[^:]+:iam::(?<account>\d+):role\/(?:.*\/)?(?<name>[^/]+)$/;
const serviceAccount = /^(?<name>[^@]+)@(?<project>[^.]+)\.iam\.gserviceaccount\.com$/;

/** "agents in 123456789012": whom a session acts as, short enough for a cell. */
export function principalWords(principalId: string): { name: string; of: string | null } {
  const { account, name: roleName } = role.exec(principalId)?.groups ?? {};
  if (account && roleName) return { name: printable(roleName), of: account };
  const { name, project } = serviceAccount.exec(principalId)?.groups ?? {};
  if (name && project) return { name: printable(name), of: printable(project) };
  return { name: printable(shortId(principalId)), of: null };
}

/** Who keeps to the policy: the cloud, or the agent's good will. */
export function scopingWords({ provider, scopingEnforced }: Pick<CredentialSession, 'provider' | 'scopingEnforced'>) {
  const name = providerNames[provider];
  return scopingEnforced
    ? `Enforced: ${name} itself refuses whatever this policy does not allow.`
    : `Advisory: ${name} does not enforce this policy. The principal can do whatever its own roles allow.`;
}

/** Whether something that was issued still works, and its cloud can be told to refuse it. */
export function canRevokeAtProvider(
  session: CredentialSession,
  state: ProviderState | undefined,
  nowMs: number | null,
): boolean {
  if (!state?.hardRevoke || session.hardRevokedAt !== null || session.issuedUntil === null || nowMs === null)
    return false;
  return session.status === 'active' || Date.parse(session.issuedUntil) > nowMs;
}
