/** Permissions as Google's IAM names them, and resources by their full, relative or gs:// name. */
import type { PolicyGrammar } from './grammar';

const permission = /^(?:[a-z][a-zA-Z0-9-]*|\*)(?:\.(?:[a-z][a-zA-Z0-9]*|\*)){2}$/;
const segments = '[A-Za-z0-9_~%@:.-]+(?:/[A-Za-z0-9_~%@:.-]+)+';
const fullName = new RegExp(`^//[a-z0-9-]+\\.googleapis\\.com/${segments}$`);
const relativeName = new RegExp(`^${segments}$`);
const bucketName = '[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]';
const bucket = new RegExp(
  `^(?:gs://|buckets/|(?://storage\\.googleapis\\.com/)?projects/_/buckets/)(${bucketName})/?$`,
);

export const gcpGrammar: PolicyGrammar = {
  actionProblem: (item) => (permission.test(item) ? null : 'is not service.resource.verb, as in storage.objects.get'),
  resourceProblem(item) {
    if (item === '*' || bucket.test(item)) return null;
    if (item.startsWith('gs://')) return 'is not gs:// and the name of a bucket; a part of a bucket cannot be named';
    if (fullName.test(item) || relativeName.test(item)) return null;
    return 'is no resource name, as in //storage.googleapis.com/projects/_/buckets/my-bucket, projects/p/topics/t or gs://my-bucket';
  },
  canonicalResource(item) {
    const name = bucket.exec(item)?.[1];
    return name === undefined ? item : `//storage.googleapis.com/projects/_/buckets/${name}`;
  },
  actionKey: (item) => item,
  resourceKey: (item) => item,
  coversServices: (item) => item.startsWith('*.'),
  identityActions: [
    [
      'iam.roles.create',
      'iam.roles.get',
      'iam.serviceAccountKeys.create',
      'iam.serviceAccounts.actAs',
      'iam.serviceAccounts.list',
      'iam.serviceAccounts.setIamPolicy',
      'iam.workloadIdentityPools.create',
    ],
    // Whoever mints the tokens of other accounts is all of them: what sts is at AWS.
    [
      'iam.serviceAccounts.getAccessToken',
      'iam.serviceAccounts.getOpenIdToken',
      'iam.serviceAccounts.implicitDelegation',
      'iam.serviceAccounts.signBlob',
      'iam.serviceAccounts.signJwt',
    ],
  ],
};

/** The bucket a kept resource is; null where it is something else. */
export function bucketOf(resource: string): string | null {
  return bucket.exec(resource)?.[1] ?? null;
}
