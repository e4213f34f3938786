/** A bucket of S3, for who holds a key that was issued here and whose policies allow it. */
import { refused } from './aws-errors';
import { contextOf, type IssuedKey } from './aws-keys';
import { isAllowed } from './aws-policy';
import { type CloudAnswer, type CloudRequest, escapeXml, xml } from './http';

const objectHeaders = { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', etag: '"1"' };

/** `rolePolicies`: inline policies of the role, of which a Deny counts. */
export function createS3(rolePolicies: ReadonlyMap<string, string>) {
  const objects: Record<string, Record<string, string>> = {
    'agent-data': { 'reports/2026.csv': 'month,usd\n11,42\n', 'readme.txt': 'hello\n' },
  };

  return (request: CloudRequest, session: IssuedKey | undefined): CloudAnswer => {
    const action = s3ActionOf(request);
    const [bucket = '', ...rest] = decodeURIComponent(request.path).slice(1).split('/');
    const key = rest.join('/');
    const resource = bucket === '' ? '*' : `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
    const context = session ? contextOf(session) : {};
    if (!session || !isAllowed({ action, resource, context }, session.policy, rolePolicies.values()))
      return refused('s3', 403, 'AccessDenied', `Not authorized to perform: ${action} on resource: ${resource}`);
    if (bucket === '') return xml(200, listBuckets(Object.keys(objects)));
    const held = objects[bucket];
    if (!held) return refused('s3', 404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (key === '') return xml(200, listObjects(bucket, held, request.query));
    if (request.method === 'PUT') {
      held[key] = request.body.toString();
      return { status: 200, body: '', headers: objectHeaders };
    }
    const content = held[key];
    return content === undefined
      ? refused('s3', 404, 'NoSuchKey', 'The specified key does not exist.')
      : { status: 200, body: content, type: 'application/octet-stream', headers: objectHeaders };
  };
}

export function s3ActionOf({ method, path }: CloudRequest): string {
  if (path === '/') return 's3:ListAllMyBuckets';
  if (!/^\/[^/]+\/./.test(path)) return 's3:ListBucket';
  return method === 'PUT' ? 's3:PutObject' : 's3:GetObject';
}

function listBuckets(names: string[]): string {
  const all = names.map(
    (name) => `<Bucket><Name>${name}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>`,
  );
  return `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>owner</ID></Owner><Buckets>${all.join('')}</Buckets></ListAllMyBucketsResult>`;
}

function listObjects(bucket: string, held: Record<string, string>, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const found = Object.entries(held).filter(([key]) => key.startsWith(prefix));
  const cut = (key: string) => (delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length));
  const folders = new Set(found.flatMap(([key]) => (cut(key) < 0 ? [] : [key.slice(0, cut(key) + 1)])));
  const contents = found
    .filter(([key]) => cut(key) < 0)
    .map(
      ([key, text]) =>
        `<Contents><Key>${escapeXml(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
        `<ETag>&quot;1&quot;</ETag><Size>${text.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
  const prefixes = [...folders].map(
    (folder) => `<CommonPrefixes><Prefix>${escapeXml(folder)}</Prefix></CommonPrefixes>`,
  );
  return (
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name>` +
    `<Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${contents.length + prefixes.length}</KeyCount><MaxKeys>1000</MaxKeys>` +
    `<IsTruncated>false</IsTruncated>${contents.join('')}${prefixes.join('')}</ListBucketResult>`
  );
}
