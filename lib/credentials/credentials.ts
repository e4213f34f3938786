/**
 * Cloud credential sessions. A session is on the record and durable before its cloud is asked; what the cloud issues is in
 * memory alone. Its status moves forward only, and a run's sessions end with the run, in the same operation.
 */
import type {
  CreateCredentialBody,
  CreatedCredential,
  CredentialProfile,
  CredentialProvider,
  CredentialRequest,
  CredentialSession,
  EndedCredentialStatus,
  ListCredentialsQuery,
  ProviderState,
  RevokeCredentialBody,
  RevokedCredential,
  SaveProfileBody,
} from '@/lib/contracts/credentials';
import type { Actor } from '@/lib/platform/actor';
import type { CheckedAccess, IssuedCredential } from './broker';

/** A request that can be met as far as this server knows, before the run it is for exists. */
export interface PlannedCredential extends CheckedAccess {
  request: CredentialRequest;
  policy: { allow: string[]; resources: string[] };
}

/** What a metadata endpoint answers from. */
export interface ServedCredential {
  session: CredentialSession;
  issued: IssuedCredential;
}

export interface CredentialService {
  /**
   * @throws AppError BAD_REQUEST, INVALID_POLICY, POLICY_TOO_LARGE, FORBIDDEN, PROVIDER_NOT_CONFIGURED, RATE_LIMITED,
   *   RUN_NOT_FOUND, RUN_NOT_ACTIVE, PROVIDER_REFUSED (then the session is there, failed), AUDIT_UNAVAILABLE.
   */
  create(body: CreateCredentialBody, by: Actor): Promise<CreatedCredential>;
  /** @throws AppError SESSION_NOT_FOUND; an id that is no UUID is refused before it is looked up. */
  get(id: string): Promise<CredentialSession>;
  list(query: ListCredentialsQuery): Promise<{ items: CredentialSession[]; nextCursor: string | null }>;
  /** Again: the session as it is. @throws AppError SESSION_NOT_FOUND, AUDIT_UNAVAILABLE. */
  revoke(id: string, body: RevokeCredentialBody, by: Actor): Promise<RevokedCredential>;
  /** @throws AppError SESSION_NOT_FOUND, SESSION_EXPIRED. */
  spend(
    id: string,
    body: { usd: number; source: string },
    by: Actor,
  ): Promise<{ spentUsd: number; limitUsd: number | null; exceeded: boolean }>;
  providers(): ProviderState[];

  /** What is wrong with what a run is asked for with, before that run exists. @throws AppError as `create`. */
  plan(requests: readonly CredentialRequest[], by: Actor): PlannedCredential[];
  /** Opens them for a run that is about to start, and answers what its process finds in its environment. @throws AppError as `create`. */
  openFor(runId: string, planned: readonly PlannedCredential[], by: Actor): Promise<OpenedForRun>;
  /** The credential of a run's live session: at once where one is at hand, else once its cloud answered, one question for all who ask. */
  serve(runId: string, provider: CredentialProvider, audience: string): ServedCredential | Promise<ServedCredential>;
  /** Ends what a run has. @returns how many. Never rejects: what cannot be written is logged, and nothing is served all the same. */
  endRun(runId: string, status: EndedCredentialStatus, reason: string): Promise<number>;
  /** Live sessions of a run. */
  count(runId: string): number;

  profiles: {
    list(): Promise<CredentialProfile[]>;
    /** @throws AppError INVALID_POLICY, BUNDLED. */
    save(name: string, body: SaveProfileBody, by: Actor): Promise<CredentialProfile>;
    /** @throws AppError PROFILE_NOT_FOUND, BUNDLED. */
    remove(name: string, by: Actor): Promise<void>;
  };
}

export interface OpenedForRun {
  env: Record<string, string>;
  notices: string[];
}
