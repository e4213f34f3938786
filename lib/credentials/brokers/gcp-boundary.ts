/**
 * What a session allows, as the Credential Access Boundary Google enforces: https://cloud.google.com/iam/docs/downscoping-short-lived-credentials
 * A boundary is written in roles, so it is exact only for what some roles hold between them and nothing else.
 */
import type { CredentialPolicy } from '@/lib/contracts/credentials';
import { AppError } from '@/lib/platform/errors';
import { bucketOf } from '../policy/gcp';

export interface AccessBoundary {
  accessBoundary: { accessBoundaryRules: { availableResource: string; availablePermissions: string[] }[] };
}

/** Google takes no more of them. */
const maxRules = 10;

/**
 * What each role can do to the objects of a bucket and to the bucket. Left out is what comes with it: names of folders to who
 * reads, parts of an upload to who writes.
 */
const roles: Readonly<Record<string, readonly string[]>> = {
  'storage.legacyObjectReader': ['storage.objects.get'],
  'storage.objectViewer': ['storage.objects.get', 'storage.objects.list'],
  'storage.objectCreator': ['storage.objects.create'],
  'storage.legacyBucketReader': ['storage.buckets.get', 'storage.objects.list'],
  'storage.legacyBucketWriter': [
    'storage.buckets.get',
    'storage.objects.create',
    'storage.objects.delete',
    'storage.objects.list',
  ],
  'storage.objectUser': [
    'storage.objects.create',
    'storage.objects.delete',
    'storage.objects.get',
    'storage.objects.list',
    'storage.objects.update',
  ],
  'storage.objectAdmin': ['storage.objects.*'],
};

/** Null where the policy cannot be enforced. @throws AppError POLICY_TOO_LARGE where it could be, with fewer buckets. */
export function boundaryOf({ allow, resources }: CredentialPolicy): AccessBoundary | null {
  const fitting = rolesOf(allow);
  const buckets = resources.filter((resource) => bucketOf(resource) !== null);
  if (fitting === null || buckets.length === 0 || buckets.length < resources.length) return null;
  if (buckets.length > maxRules)
    throw new AppError('POLICY_TOO_LARGE', {
      message: `The policy names ${buckets.length} buckets, and Google Cloud enforces ${maxRules} at most. Open a session for each part of them.`,
      details: { buckets: buckets.length, maxBuckets: maxRules },
    });
  const availablePermissions = fitting.map((role) => `inRole:roles/${role}`);
  const accessBoundaryRules = buckets.map((availableResource) => ({ availableResource, availablePermissions }));
  return { accessBoundary: { accessBoundaryRules } };
}

/** The roles that hold what is allowed between them and nothing more, none of them in vain; null where there are none. */
function rolesOf(allow: readonly string[]): string[] | null {
  const allowed = new Set(allow);
  const within = Object.entries(roles).filter(([, permissions]) => permissions.every((each) => allowed.has(each)));
  const chosen = within.filter(
    ([role, own]) => !within.some(([other, theirs]) => other !== role && own.every((each) => theirs.includes(each))),
  );
  const held = new Set(chosen.flatMap(([, permissions]) => permissions));
  return allow.length > 0 && held.size === allowed.size ? chosen.map(([role]) => role) : null;
}
