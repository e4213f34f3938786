/** Named lists of what to allow: some come with Gatehouse, the others an admin keeps. */
import type { AuditLog } from '@/lib/audit/log';
import type { CompanionTable } from '@/lib/audit/record-writer';
import type { CredentialProfile, CredentialProvider, SaveProfileBody } from '@/lib/contracts/credentials';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { CredentialProfileModel } from '@/prisma/generated/models';
import { parsePolicy } from './policy';

export interface ProfileService {
  list(): Promise<CredentialProfile[]>;
  /** @throws AppError PROFILE_NOT_FOUND, BAD_REQUEST where it is one of another cloud. */
  require(name: string, provider: CredentialProvider): Promise<CredentialProfile>;
  /** @throws AppError INVALID_POLICY, BUNDLED. */
  save(name: string, body: SaveProfileBody, by: Actor): Promise<CredentialProfile>;
  /** @throws AppError PROFILE_NOT_FOUND, BUNDLED. */
  remove(name: string, by: Actor): Promise<void>;
}

const bundled: CredentialProfile[] = [
  given('s3-readonly', 'aws', 'Read and list objects of S3.', ['s3:GetObject', 's3:GetObjectVersion', 's3:List*']),
  given('s3-readwrite', 'aws', 'Read, list, write and delete objects of S3.', [
    ...['s3:GetObject', 's3:List*', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
  ]),
  given('dynamodb-readonly', 'aws', 'Read items of DynamoDB tables.', [
    ...['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:Describe*'],
  ]),
  given('logs-readonly', 'aws', 'Read log groups and run queries in CloudWatch Logs.', [
    ...['logs:Describe*', 'logs:Get*', 'logs:FilterLogEvents', 'logs:StartQuery', 'logs:StopQuery'],
  ]),
  given('bedrock-invoke', 'aws', 'Call the models of Bedrock.', [
    ...['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
  ]),
  given('gcs-readonly', 'gcp', 'Read and list objects of Cloud Storage.', [
    ...['storage.objects.get', 'storage.objects.list', 'storage.buckets.get'],
  ]),
  given('bigquery-readonly', 'gcp', 'Run queries over BigQuery tables and read them.', [
    ...['bigquery.tables.get', 'bigquery.tables.getData', 'bigquery.tables.list', 'bigquery.jobs.create'],
  ]),
  given('azure-blob-readonly', 'azure', 'Read and list blobs of Azure Storage.', [
    ...['Microsoft.Storage/storageAccounts/read', 'Microsoft.Storage/storageAccounts/blobServices/containers/read'],
  ]),
];

function given(name: string, provider: CredentialProvider, description: string, allow: string[]): CredentialProfile {
  const policy = parsePolicy(provider, { allow: allow.join(','), resources: [] });
  return { name, provider, description, policy, bundled: true, savedBy: null, savedAt: null };
}

const saved: CompanionTable = {
  statements: [
    `INSERT INTO "CredentialProfile" ("name", "provider", "description", "allow", "resources", "savedBy", "savedAt")
     VALUES (@name, @provider, @description, @allow, @resources, @savedBy, @savedAt)
     ON CONFLICT ("name") DO UPDATE SET "provider" = @provider, "description" = @description, "allow" = @allow,
       "resources" = @resources, "savedBy" = @savedBy, "savedAt" = @savedAt`,
  ],
};
const removed: CompanionTable = { statements: ['DELETE FROM "CredentialProfile" WHERE "name" = @name'] };

export function createProfileService(deps: { db: Database; audit: AuditLog; clock: Clock }): ProfileService {
  const { db, audit, clock } = deps;

  async function find(name: string): Promise<CredentialProfile> {
    const known = bundled.find((profile) => profile.name === name);
    if (known) return known;
    const row = await db.credentialProfile.findUnique({ where: { name } });
    if (!row) throw new AppError('PROFILE_NOT_FOUND', { message: `profile: there is none of the name "${name}".` });
    return toProfile(row);
  }

  function requireOwn(name: string): void {
    if (bundled.some((profile) => profile.name === name))
      throw new AppError('BUNDLED', {
        message: `The profile "${name}" comes with Gatehouse. Save yours by another name.`,
      });
  }

  return {
    async list() {
      const rows = await db.credentialProfile.findMany({ orderBy: { name: 'asc' } });
      return [...bundled, ...rows.map(toProfile)].sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async require(name, provider) {
      const profile = await find(name);
      if (profile.provider !== provider)
        throw new AppError('BAD_REQUEST', {
          message: `profile: "${name}" is one of ${profile.provider}, and the session is one of ${provider}.`,
        });
      return profile;
    },

    async save(name, { provider, description, allow, resources = [] }, by) {
      requireOwn(name);
      const policy = parsePolicy(provider, { allow, resources });
      const savedAt = clock.now();
      await audit.append(
        {
          actor: actorName(by),
          action: 'profile.save',
          target: `profile:${name}`,
          data: { provider, description, ...policy },
        },
        [
          {
            table: saved,
            values: {
              ...{ name, provider, description },
              allow: JSON.stringify(policy.allow),
              resources: JSON.stringify(policy.resources),
              savedBy: actorLabel(by),
              savedAt: storedTime(savedAt),
            },
          },
        ],
      );
      return find(name);
    },

    async remove(name, by) {
      requireOwn(name);
      await find(name);
      await audit.append({ actor: actorName(by), action: 'profile.remove', target: `profile:${name}` }, [
        { table: removed, values: { name } },
      ]);
    },
  };
}

function toProfile(row: CredentialProfileModel): CredentialProfile {
  const policy = { allow: JSON.parse(row.allow) as string[], resources: JSON.parse(row.resources) as string[] };
  const { name, description, savedBy } = row;
  const provider = row.provider as CredentialProvider;
  return { name, provider, description, policy, bundled: false, savedBy, savedAt: row.savedAt.toISOString() };
}
