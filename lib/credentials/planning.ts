/** A request for cloud access, checked as far as this server can before anything exists: nothing is asked of a cloud here. */
import type { CredentialPolicy, CredentialProvider, CredentialRequest } from '@/lib/contracts/credentials';
import type { Actor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { sha256Hex } from '@/lib/platform/secrets';
import type { Broker, CheckedAccess } from './broker';
import { parsePolicy, policyKey, widePolicyItems } from './policy';
import type { ProfileService } from './profiles';

/** A request that can be met as far as this server knows. */
export interface PlannedCredential extends CheckedAccess {
  request: CredentialRequest;
  policy: CredentialPolicy;
  ttlMs: number;
}

export interface Planning {
  /** @throws AppError BAD_REQUEST, INVALID_POLICY, POLICY_TOO_LARGE, FORBIDDEN, PROVIDER_NOT_CONFIGURED, PROFILE_NOT_FOUND. */
  plan(request: CredentialRequest, by: Actor): Promise<PlannedCredential>;
}

/** STS issues nothing for less. */
const awsLeastSeconds = 900;
const tagKey = /^[A-Za-z0-9 _.:/=+@-]+$/;

export function createPlanning(deps: {
  clock: Clock;
  brokers: Readonly<Record<CredentialProvider, Broker>>;
  profiles: ProfileService;
}): Planning {
  const { clock, brokers, profiles } = deps;

  async function policyOf({ provider, allow, resources = [], profile }: CredentialRequest): Promise<CredentialPolicy> {
    if (profile === undefined) {
      if (allow === undefined)
        throw new AppError('INVALID_POLICY', {
          message: 'allow: name at least one action, as a comma list, or a profile.',
          details: { problems: [{ item: '', problem: 'nothing is allowed' }] },
        });
      return parsePolicy(provider, { allow, resources });
    }
    const { policy } = await profiles.require(profile, provider);
    const actions = [...policy.allow, ...(allow === undefined ? [] : [allow])].join(',');
    return parsePolicy(provider, { allow: actions, resources: [...policy.resources, ...resources] });
  }

  function requireMayAsk(
    provider: CredentialProvider,
    policy: CredentialPolicy,
    reason: string | undefined,
    by: Actor,
  ) {
    const wide = widePolicyItems(provider, policy);
    if (wide.length === 0) return;
    const items = wide.slice(0, 10).join(', ');
    if (by.kind !== 'operator' || by.role !== 'admin')
      throw new AppError('FORBIDDEN', {
        message: `${items}: this covers every action, or those of the cloud's own identities. An admin asks for it, with a reason.`,
        details: { wide },
      });
    if (reason === undefined)
      throw new AppError('BAD_REQUEST', {
        message: `reason: ${items} covers every action, or those of the cloud's own identities. Say why it is needed.`,
        details: { wide },
      });
  }

  return {
    async plan(request, by) {
      const { provider, principalId, ttlSeconds = limits.credentialTtlMs / 1_000, reason, tags = {} } = request;
      if (provider === 'aws' && ttlSeconds < awsLeastSeconds)
        throw new AppError('BAD_REQUEST', {
          message: `ttlSeconds: AWS takes ${awsLeastSeconds} (15 minutes) to 43200 (12 hours), not ${ttlSeconds}.`,
        });
      const badTag = Object.entries(tags).find(
        ([key, value]) => !tagKey.test(key) || !(value === '' || tagKey.test(value)),
      );
      if (badTag)
        throw new AppError('BAD_REQUEST', {
          message: `tags.${badTag[0].slice(0, 64)}: clouds take letters, digits, spaces and _ . : / = + - @ in tags.`,
        });
      const policy = await policyOf(request);
      requireMayAsk(provider, policy, reason, by);
      const missing = brokers[provider].missing();
      if (missing !== null) throw new AppError('PROVIDER_NOT_CONFIGURED', { message: missing, details: { provider } });
      const ttlMs = ttlSeconds * 1_000;
      const checked = brokers[provider].check({ principalId, policy, expiresAtMs: clock.now() + ttlMs });
      return { request, policy, ttlMs, ...checked };
    },
  };
}

/** Equal for two sessions of which one can stand for the other: the same run, principal and access, and the same Azure application. */
export function fingerprintOf(planned: PlannedCredential, runId: string | null): string {
  const { request, policy, azureTenantId, azureClientId, scopingEnforced } = planned;
  const { provider, principalId } = request;
  return sha256Hex(
    JSON.stringify([
      ...[runId, provider, principalId, policyKey(provider, policy), azureTenantId, azureClientId, scopingEnforced],
    ]),
  );
}
