/** The server's own identity at Google, and the two questions it asks with it. */
import { readFile } from 'node:fs/promises';
import type { AuthClient } from 'google-auth-library';
import type { BrokerDeps } from './asking';
import type { AccessBoundary } from './gcp-boundary';

export interface GoogleToken {
  accessToken: string;
  expiresAtMs: number;
}

export interface GoogleSource {
  impersonate(ask: { principalId: string; scopes: string[]; lifetimeSeconds: number }): Promise<GoogleToken>;
  /** The same token, held to a boundary; it ends when the first one does. */
  exchange(accessToken: string, boundary: AccessBoundary, signal: AbortSignal): Promise<string>;
}

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';
/** The library's own, whatever `token_uri` the credential file names. */
const fixedTokenUrl = 'https://oauth2.googleapis.com/token';

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** @throws Error where the credential file cannot be read, or there is no identity on this machine. */
export async function createGoogleSource({
  env,
  timeoutMs,
}: {
  env: BrokerDeps['env'];
  timeoutMs: number;
}): Promise<GoogleSource> {
  const { GoogleAuth, Impersonated, gaxios } = await import('google-auth-library');
  const file = env.GOOGLE_APPLICATION_CREDENTIALS;
  const credentials = file ? await readCredentials(file) : undefined;
  const transporter = new gaxios.Gaxios({ timeout: timeoutMs });
  const tokenUrl = tokenUrlOf(credentials);
  transporter.interceptors.request.add({
    resolved: async (request) => {
      if (tokenUrl && request.url.href === fixedTokenUrl) request.url = tokenUrl;
      return request;
    },
  });
  // Google's own variables: a private service connection has endpoints of its own.
  const endpoint = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS?.replace(/\/$/, '');
  const stsEndpoint = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_STS?.replace(/\/$/, '');
  const auth = new GoogleAuth({
    scopes: [cloudPlatform],
    clientOptions: { transporter },
    ...(credentials ? { credentials } : {}),
  });
  const sourceClient: AuthClient = await auth.getClient();

  return {
    async impersonate({ principalId, scopes, lifetimeSeconds }) {
      const client = new Impersonated({
        sourceClient,
        targetPrincipal: principalId,
        targetScopes: scopes,
        lifetime: lifetimeSeconds,
        ...(endpoint ? { endpoint } : {}),
      });
      const { token } = await client.getAccessToken();
      const { expiry_date: expiresAtMs } = client.credentials;
      if (!token || !expiresAtMs) throw new Error('Google answered without a token');
      return { accessToken: token, expiresAtMs };
    },
    // The library's own exchange has a fixed address, and neither a time limit nor a way to cancel it.
    async exchange(accessToken, boundary, signal) {
      const { data } = await transporter.request<{ access_token?: unknown }>({
        url: `${stsEndpoint ?? `https://sts.${sourceClient.universeDomain}`}/v1/token`,
        method: 'POST',
        data: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          requested_token_type: accessTokenType,
          subject_token: accessToken,
          subject_token_type: accessTokenType,
          options: JSON.stringify(boundary),
        }),
        responseType: 'json',
        retry: true,
        retryConfig: { httpMethodsToRetry: ['POST'] },
        signal,
      });
      if (typeof data?.access_token !== 'string') throw new Error('Google answered without a token');
      return data.access_token;
    },
  };
}

/** What it says never goes into a message: it holds a private key. */
async function readCredentials(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below, without the text.
  }
  throw new Error(`GOOGLE_APPLICATION_CREDENTIALS names no credential file that can be read: ${file}`);
}

function tokenUrlOf(credentials: Record<string, unknown> | undefined): URL | null {
  const uri = credentials?.token_uri;
  return typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : null;
}
