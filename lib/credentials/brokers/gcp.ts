/**
 * Google Cloud: a service account is impersonated for at most 15 minutes. Where all a session names are buckets, and roles exist
 * that hold exactly what it allows, its token is exchanged for one with a Credential Access Boundary, and Google itself refuses
 * the rest. Anything else can only be asked for: such a session is advisory, and says so.
 */
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Broker, SessionAccess } from '../broker';
import { askCloud, type BrokerDeps } from './asking';
import { type AccessBoundary, boundaryOf } from './gcp-boundary';
import { describeGoogleError } from './gcp-errors';
import { createGoogleSource, type GoogleSource } from './gcp-source';

const serviceAccount = /^[a-z0-9][a-z0-9-]{0,62}@(?:[a-z0-9-]{1,63}\.){1,6}gserviceaccount\.com$/;
const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

export function createGcpBroker({ env, clock, timeoutMs = limits.cloudAnswerMs }: BrokerDeps): Broker {
  let opened: Promise<GoogleSource> | undefined;

  /** One that could not be opened is opened anew the next time: a key file may come later. */
  function source(): Promise<GoogleSource> {
    opened ??= createGoogleSource({ env, timeoutMs }).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  return {
    provider: 'gcp',
    missing: () =>
      env.GOOGLE_APPLICATION_CREDENTIALS || env.GATEHOUSE_GCP_SERVICE_ACCOUNT
        ? null
        : 'Set GOOGLE_APPLICATION_CREDENTIALS to a credential file. On a machine that has a service account of its own, GATEHOUSE_GCP_SERVICE_ACCOUNT alone is enough.',
    defaultPrincipalId: () => env.GATEHOUSE_GCP_SERVICE_ACCOUNT || null,
    check({ principalId, policy }) {
      if (!serviceAccount.test(principalId))
        throw new AppError('BAD_REQUEST', {
          message:
            'principalId: must be the email of a service account, as in agents@my-project.iam.gserviceaccount.com.',
        });
      return { scopingEnforced: boundaryOf(policy) !== null, azureTenantId: null, azureClientId: null };
    },
    async issue(access, audience, signal) {
      const boundary = requiredBoundary(access);
      const restSeconds = Math.floor((access.expiresAtMs - clock.now()) / 1_000);
      const lifeSeconds = limits.credentialLifeMs / 1_000;
      return askCloud(
        { provider: 'gcp', secrets: [], timeoutMs, signal, describe: describeGoogleError },
        async (abort) => {
          const google = await source();
          const token = await google.impersonate({
            principalId: access.principalId,
            // An exchange takes a token for everything alone; its boundary is narrower than any scope.
            scopes: boundary ? [cloudPlatform] : scopesOf(audience),
            lifetimeSeconds: Math.max(1, Math.min(lifeSeconds, restSeconds)),
          });
          const accessToken = boundary ? await google.exchange(token.accessToken, boundary, abort) : token.accessToken;
          // Cut to whole seconds it ends a moment before its session: whoever sees that would ask again at once, for the same.
          const expiresAtMs = restSeconds <= lifeSeconds ? access.expiresAtMs : token.expiresAtMs;
          return { provider: 'gcp', accessToken, expiresAtMs };
        },
      );
    },
  };
}

/** What was promised as enforced is never served without its boundary. */
function requiredBoundary({ scopingEnforced, policy }: SessionAccess): AccessBoundary | null {
  const boundary = boundaryOf(policy);
  if (scopingEnforced && !boundary) throw new AppError('INTERNAL', { cause: 'an enforced session without a boundary' });
  return scopingEnforced ? boundary : null;
}

function scopesOf(audience: string): string[] {
  const scopes = audience.split(/[\s,]+/).filter((scope) => scope !== '');
  return scopes.length === 0 ? [cloudPlatform] : scopes;
}
