/**
 * Azure: a token of the server's own application, for the resource that was asked for. Azure has no way to narrow it, nor to end
 * it early: what a session allows there is a note for people, and the roles of the application are the limit.
 */
import type { ClientSecretCredentialOptions } from '@azure/identity';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Broker } from '../broker';
import { askCloud, type BrokerDeps, type CloudError } from './asking';

interface AzureDeps extends BrokerDeps {
  /** An authority to trust for TLS, in PEM; NODE_EXTRA_CA_CERTS does the same for the whole process. */
  ca?: string;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const resource = /^[!-~]{1,512}$/;
const management = 'https://management.azure.com';

export function createAzureBroker({ env, timeoutMs = limits.cloudAnswerMs, ca }: AzureDeps): Broker {
  return {
    provider: 'azure',
    missing() {
      const names = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'].filter((name) => !env[name]);
      if (!env.AZURE_CLIENT_SECRET && !env.AZURE_FEDERATED_TOKEN_FILE)
        names.push('AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE');
      return names.length === 0 ? null : `Set ${names.join(', and ')}.`;
    },
    defaultPrincipalId: () => env.AZURE_CLIENT_ID || null,
    check({ principalId }) {
      if (!uuid.test(principalId))
        throw new AppError('BAD_REQUEST', {
          message: 'principalId: must be the id of a client or of a subscription, a UUID.',
        });
      return {
        scopingEnforced: false,
        azureTenantId: env.AZURE_TENANT_ID || null,
        azureClientId: env.AZURE_CLIENT_ID || null,
      };
    },
    async issue(access, audience, signal) {
      const asked = audience === '' ? management : audience;
      if (!resource.test(asked))
        throw new AppError('BAD_REQUEST', { message: 'resource: must be the address or the id of an Azure resource.' });
      const question = { provider: 'azure', secrets: [env.AZURE_CLIENT_SECRET], timeoutMs, signal, describe } as const;
      return askCloud(question, async (abort) => {
        const credential = await openCredential(env, { ...access, ...pipeline({ env, timeoutMs, ca, signal: abort }) });
        const { token, expiresOnTimestamp } = await credential.getToken(`${asked}/.default`);
        return { provider: 'azure', accessToken: token, expiresAtMs: expiresOnTimestamp };
      });
    },
  };
}

interface Opened {
  azureTenantId: string | null;
  azureClientId: string | null;
  options: ClientSecretCredentialOptions;
}

/** A new one each time: it keeps its tokens, and one that was issued for a session must not be served to the next. */
async function openCredential(env: BrokerDeps['env'], { azureTenantId, azureClientId, options }: Opened) {
  const { ClientSecretCredential, WorkloadIdentityCredential } = await import('@azure/identity');
  const tenantId = azureTenantId ?? '';
  const clientId = azureClientId ?? '';
  const { AZURE_CLIENT_SECRET: secret, AZURE_FEDERATED_TOKEN_FILE: tokenFilePath } = env;
  if (secret) return new ClientSecretCredential(tenantId, clientId, secret, options);
  return new WorkloadIdentityCredential({
    ...options,
    tenantId,
    clientId,
    ...(tokenFilePath ? { tokenFilePath } : {}),
  });
}

function pipeline({
  env,
  timeoutMs,
  ca,
  signal,
}: {
  env: BrokerDeps['env'];
  timeoutMs: number;
  ca: string | undefined;
  signal: AbortSignal;
}): { options: ClientSecretCredentialOptions } {
  const authorityHost = env.AZURE_AUTHORITY_HOST;
  return {
    options: {
      // A host of one's own is not in Microsoft's list of them, and need not reach it.
      ...(authorityHost ? { authorityHost, disableInstanceDiscovery: true } : {}),
      ...(ca === undefined ? {} : { tlsOptions: { ca } }),
      // The library hands neither on to the requests it makes itself.
      additionalPolicies: [
        {
          position: 'perCall',
          policy: {
            name: 'bounded',
            sendRequest(request, next) {
              request.timeout = timeoutMs;
              request.abortSignal = signal;
              return next(request);
            },
          },
        },
      ],
    },
  };
}

/** Every refusal of Entra has a number, wherever in the message the library puts it. */
function describe(error: unknown): CloudError | null {
  if (!(error instanceof Error)) return null;
  const [, code, message] = /(AADSTS\d{3,10}):\s*(.{1,300})/.exec(error.message) ?? [];
  if (code !== undefined && message !== undefined) return { code, message };
  if (error.message.includes('endpoints_resolution_error'))
    return { code: 'endpoints_resolution_error', message: 'its sign-in service could not be reached' };
  return error.name === 'CredentialUnavailableError' ? { code: error.name, message: error.message } : null;
}
