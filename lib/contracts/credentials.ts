/** Cloud credential sessions: what a run may do in one cloud, and until when. No secret is part of any of these shapes. */
import { z } from 'zod';
import { isoTime, label, pageQuery, reason } from './common';

export const credentialProviders = ['aws', 'gcp', 'azure'] as const;
export type CredentialProvider = (typeof credentialProviders)[number];
const provider = z.enum(credentialProviders);

export const credentialStatuses = ['active', 'completed', 'expired', 'revoked', 'budget_exceeded', 'failed'] as const;
export type CredentialStatus = (typeof credentialStatuses)[number];
export type EndedCredentialStatus = Exclude<CredentialStatus, 'active'>;

/** One minute to twelve hours; AWS takes no less than fifteen minutes. */
const ttlSeconds = z.number().int().min(60).max(43_200);
/** Comma list of actions; `INVALID_POLICY` names what is wrong in it. */
const allow = z.string().max(1024 * 1024);
const resources = z.array(z.string().max(2048)).max(10_000);
const budgetUsd = z.number().positive().max(1_000_000);
export const profileName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1–64 lower-case letters, digits and dashes');

const asked = {
  provider,
  /** A role ARN, the email of a service account, or a subscription or client id. */
  principalId: label(2048),
  /** Or a profile, or both: what it allows is added. */
  allow: allow.optional(),
  resources: resources.optional(),
  profile: profileName.optional(),
  ttlSeconds: ttlSeconds.optional(),
  budgetUsd: budgetUsd.optional(),
  tags: z.record(label(128), z.string().max(256)).optional(),
  /** Why; an admin gives one for a policy that covers every action, or those of identity itself. */
  reason: reason.optional(),
};

/** As a run is asked for with it. */
export const credentialRequest = z.strictObject(asked);
export type CredentialRequest = z.infer<typeof credentialRequest>;

export const createCredentialBody = z.strictObject({ ...asked, runId: z.string().max(64).optional() });
export type CreateCredentialBody = z.infer<typeof createCredentialBody>;

export const credentialPolicy = z.object({ allow: z.array(z.string()), resources: z.array(z.string()) });
export type CredentialPolicy = z.infer<typeof credentialPolicy>;

export const credentialSession = z.object({
  id: z.uuid(),
  runId: z.string().nullable(),
  provider,
  principalId: z.string(),
  status: z.enum(credentialStatuses),
  policy: credentialPolicy,
  ttlSeconds: z.number().int(),
  createdAt: isoTime,
  expiresAt: isoTime,
  endedAt: isoTime.nullable(),
  endReason: z.string().nullable(),
  budgetUsd: z.number().nullable(),
  spentUsd: z.number(),
  requestedBy: z.string(),
  reason: z.string().nullable(),
  /** Of its run. */
  command: z.array(z.string()).nullable(),
  /** The plugin of its run. */
  agentId: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  /** Of the credential issued last, as the provider's own log names it. */
  accessKeyId: z.string().nullable(),
  /** How often it was issued, renewals included. */
  issued: z.number().int(),
  lastIssuedAt: isoTime.nullable(),
  /** When the credential issued last ends by itself. */
  issuedUntil: isoTime.nullable(),
  /** True where the provider itself refuses what the policy does not allow; false where it can only be asked for. */
  scopingEnforced: z.boolean(),
  azureTenantId: z.string().nullable(),
  /** Since when the provider refuses what was issued. */
  hardRevokedAt: isoTime.nullable(),
});
export type CredentialSession = z.infer<typeof credentialSession>;

export const createdCredential = credentialSession.extend({
  /** True where an active session of the same access was answered and none was made. */
  reused: z.boolean(),
  /** What differs from what was asked, as sentences. */
  notices: z.array(z.string()),
  /** For the process of an external run, once: where the cloud's own libraries ask for credentials. */
  env: z.record(z.string(), z.string()).optional(),
});
export type CreatedCredential = z.infer<typeof createdCredential>;

export const listCredentialsQuery = pageQuery.extend({
  status: z.enum([...credentialStatuses, 'ended']).optional(),
  runId: z.string().max(64).optional(),
  provider: provider.optional(),
  /** Part of a principal. */
  q: z.string().max(200).optional(),
});
export type ListCredentialsQuery = z.infer<typeof listCredentialsQuery>;

export const revokeCredentialBody = z.strictObject({
  reason,
  /** Also has the provider refuse what was issued already. */
  hard: z.boolean().optional(),
});
export type RevokeCredentialBody = z.infer<typeof revokeCredentialBody>;

export const revokedCredential = credentialSession.extend({
  /** Null where no hard revoke was asked. */
  hardRevoke: z.object({ ok: z.boolean(), message: z.string() }).nullable(),
});
export type RevokedCredential = z.infer<typeof revokedCredential>;

export const spendCredentialResult = z.object({
  spentUsd: z.number(),
  limitUsd: z.number().nullable(),
  exceeded: z.boolean(),
});

/** A provider as this server can ask it. */
export const providerState = z.object({
  provider,
  configured: z.boolean(),
  /** What to set, as a sentence; null where it is configured. */
  missing: z.string().nullable(),
  /** Whom the server acts for when nobody names a principal. */
  defaultPrincipalId: z.string().nullable(),
  /** Whether a session can be revoked at the provider itself. */
  hardRevoke: z.boolean(),
});
export type ProviderState = z.infer<typeof providerState>;
export const providerStates = z.object({ providers: z.array(providerState) });

export const credentialProfile = z.object({
  name: z.string(),
  provider,
  description: z.string(),
  policy: credentialPolicy,
  /** Comes with Gatehouse, and cannot be changed. */
  bundled: z.boolean(),
  savedBy: z.string().nullable(),
  savedAt: isoTime.nullable(),
});
export type CredentialProfile = z.infer<typeof credentialProfile>;
export const credentialProfiles = z.object({ profiles: z.array(credentialProfile) });

export const saveProfileBody = z.strictObject({
  provider,
  description: label(200),
  allow,
  resources: resources.optional(),
});
export type SaveProfileBody = z.infer<typeof saveProfileBody>;
