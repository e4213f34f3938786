/**
 * What every cloud has in common: asked for a credential that lives shortly and can do what a session allows, and told to end
 * it where it can. A broker holds the server's own identity at that cloud; what it issues is in memory alone.
 */
import type { CredentialPolicy, CredentialProvider } from '@/lib/contracts/credentials';

/** What a cloud's own library is given. */
export type IssuedCredential =
  | {
      provider: 'aws';
      accessKeyId: string;
      secretAccessKey: string;
      sessionToken: string;
      expiresAtMs: number;
    }
  | { provider: 'gcp'; accessToken: string; expiresAtMs: number }
  | { provider: 'azure'; accessToken: string; expiresAtMs: number };

/** As the record and the pages name a credential: an AWS access key id, or the first characters of the SHA-256 of a token. */
export type PublicKeyId = string;

export interface SessionAccess {
  /** The session's UUID. */
  id: string;
  principalId: string;
  policy: CredentialPolicy;
  /** Nothing issued may outlive this, as far as the cloud lets it. */
  expiresAtMs: number;
  tags: Readonly<Record<string, string>>;
  azureTenantId: string | null;
  azureClientId: string | null;
  scopingEnforced: boolean;
}

/** What a broker finds out of a request before anything exists. */
export interface CheckedAccess {
  scopingEnforced: boolean;
  azureTenantId: string | null;
  azureClientId: string | null;
}

export interface Broker {
  readonly provider: CredentialProvider;
  /** What to set so that this cloud can be asked, as a sentence; null when it can. */
  missing(): string | null;
  defaultPrincipalId(): string | null;
  /**
   * Without asking the cloud: is it a principal of this cloud, does the policy fit it, is it enforced.
   * @throws AppError BAD_REQUEST, INVALID_POLICY, POLICY_TOO_LARGE with the size.
   */
  check(access: Pick<SessionAccess, 'principalId' | 'policy' | 'expiresAtMs'>): CheckedAccess;
  /**
   * `audience`: for Azure the resource, for GCP the scopes, both as the cloud's library asked; empty for AWS.
   * @throws AppError PROVIDER_REFUSED with the cloud's own code and message, and no secret of either side.
   */
  issue(access: SessionAccess, audience: string, signal: AbortSignal): Promise<IssuedCredential>;
  /** Has the cloud refuse what was issued for this session, and for no other. @throws AppError PROVIDER_REFUSED */
  denySession?(access: SessionAccess, reason: string): Promise<void>;
  /** Takes that away again, once nothing issued lives any more. @throws AppError PROVIDER_REFUSED */
  liftDeny?(access: SessionAccess): Promise<void>;
}
