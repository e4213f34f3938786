/**
 * STS, IAM and S3 on loopback, for the real SDKs and the AWS command line: signatures are verified, session policies and inline
 * denies of a role are obeyed, and only keys issued here are taken.
 */
import { randomUUID } from 'node:crypto';
import { systemClock, toIso } from '@/lib/platform/clock';
import { isAllowed } from './aws-policy';
import { type CloudAnswer, type CloudCall, type CloudFailure, type CloudRequest, escapeXml, xml } from './http';
import { claimedSigner, wrongSignature } from './sigv4';

export const awsAccount = '123456789012';
export const awsRole = `arn:aws:iam::${awsAccount}:role/service/agents`;

/** The server's own: it may assume the role and write its inline policies, and nothing else. */
export const awsBase = {
  accessKeyId: 'AKIAGATEHOUSETEST001',
  secretAccessKey: 'base-secret-that-no-answer-may-ever-hold',
};

interface Issued {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleName: string;
  sessionName: string;
  policy: string;
  tags: Record<string, string>;
  expiresAtMs: number;
}

const objects: Record<string, Record<string, string>> = {
  'agent-data': { 'reports/2026.csv': 'month,usd\n11,42\n', 'readme.txt': 'hello\n' },
};

const objectHeaders = { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', etag: '"1"' };

export interface AwsCloud {
  answer(request: CloudRequest, failure: CloudFailure | undefined): CloudAnswer | 'hang';
  /** Inline policies of the role, by name. */
  rolePolicies: ReadonlyMap<string, string>;
  /** Access key ids in the order they were issued. */
  issuedKeys(): string[];
}

export function createAwsCloud(calls: CloudCall[]): AwsCloud {
  const issued = new Map<string, Issued>();
  const rolePolicies = new Map<string, string>();

  function answer(request: CloudRequest, failure: CloudFailure | undefined): CloudAnswer | 'hang' {
    const signer = claimedSigner(request);
    const service = signer?.service ?? 'unknown';
    const params = Object.fromEntries(service === 's3' ? request.query : request.form);
    const action = service === 's3' ? s3ActionOf(request) : (params.Action ?? '');
    calls.push({ service, action, params });
    if (failure) return failure === 'hang' ? 'hang' : failed(service, failure);
    if (!signer) return refused(service, 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    const isBase = signer.accessKeyId === awsBase.accessKeyId;
    const session = issued.get(signer.accessKeyId);
    const secret = isBase ? awsBase.secretAccessKey : session?.secretAccessKey;
    if (secret === undefined)
      return refused(service, 403, unknownKey(service), 'The security token included in the request is invalid.');
    const wrong = wrongSignature(request, secret);
    if (wrong)
      return refused(service, 403, wrong, 'The request signature we calculated does not match the one you provided.');
    if (session && request.headers['x-amz-security-token'] !== session.sessionToken)
      return refused(service, 403, unknownKey(service), 'The security token included in the request is invalid.');
    if (session && session.expiresAtMs <= systemClock.now())
      return refused(service, 403, 'ExpiredToken', 'The security token included in the request is expired');
    if (service === 'sts') return sts(action, params, session);
    if (service === 'iam') return iam(action, params, session);
    return s3(request, session);
  }

  function sts(action: string, params: Record<string, string>, session: Issued | undefined): CloudAnswer {
    if (action === 'GetCallerIdentity') return callerIdentity(session);
    if (action !== 'AssumeRole') return refused('sts', 400, 'InvalidAction', `Could not find operation ${action}`);
    const { RoleArn = '', RoleSessionName = '', Policy = '', DurationSeconds = '3600' } = params;
    if (session || RoleArn !== awsRole)
      return refused(
        'sts',
        403,
        'AccessDenied',
        `User: arn:aws:iam::${awsAccount}:user/gatehouse is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      );
    const invalid = invalidAssumeRole(RoleSessionName, Policy, Number(DurationSeconds));
    if (invalid) return refused('sts', 400, 'ValidationError', invalid);
    const one: Issued = {
      accessKeyId: `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`,
      secretAccessKey: `secret-${randomUUID()}${randomUUID()}`,
      sessionToken: `token-${Buffer.from(randomUUID()).toString('base64')}`,
      roleName: RoleArn.split('/').at(-1) ?? '',
      sessionName: RoleSessionName,
      policy: Policy,
      tags: memberTags(params),
      expiresAtMs: systemClock.now() + Number(DurationSeconds) * 1_000,
    };
    issued.set(one.accessKeyId, one);
    return xml(
      200,
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>` +
        `<AssumedRoleId>${userIdOf(one)}</AssumedRoleId><Arn>${assumedArn(one)}</Arn></AssumedRoleUser>` +
        `<Credentials><AccessKeyId>${one.accessKeyId}</AccessKeyId><SecretAccessKey>${one.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${one.sessionToken}</SessionToken><Expiration>${toIso(one.expiresAtMs)}</Expiration></Credentials>` +
        `<PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>${metadata()}</AssumeRoleResponse>`,
    );
  }

  function callerIdentity(session: Issued | undefined): CloudAnswer {
    const arn = session ? assumedArn(session) : `arn:aws:iam::${awsAccount}:user/gatehouse`;
    const userId = session ? userIdOf(session) : 'AIDAGATEHOUSETEST001';
    return xml(
      200,
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn>` +
        `<UserId>${userId}</UserId><Account>${awsAccount}</Account></GetCallerIdentityResult>${metadata()}</GetCallerIdentityResponse>`,
    );
  }

  function iam(action: string, params: Record<string, string>, session: Issued | undefined): CloudAnswer {
    const { PolicyName = '', PolicyDocument = '', RoleName = '' } = params;
    if (session || RoleName !== awsRole.split('/').at(-1))
      return refused(
        'iam',
        403,
        'AccessDenied',
        `Not authorized to perform: iam:${action} on resource: role ${RoleName}`,
      );
    if (action === 'PutRolePolicy') {
      if (!isJson(PolicyDocument)) return refused('iam', 400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
      rolePolicies.set(PolicyName, PolicyDocument);
    } else if (action === 'DeleteRolePolicy') {
      if (!rolePolicies.delete(PolicyName))
        return refused('iam', 404, 'NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`);
    } else return refused('iam', 400, 'InvalidAction', `Could not find operation ${action}`);
    return xml(
      200,
      `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${metadata()}</${action}Response>`,
    );
  }

  function s3(request: CloudRequest, session: Issued | undefined): CloudAnswer {
    const action = s3ActionOf(request);
    const [bucket = '', ...rest] = decodeURIComponent(request.path).slice(1).split('/');
    const key = rest.join('/');
    const resource = bucket === '' ? '*' : `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
    if (
      !session ||
      !isAllowed({ action, resource, context: contextOf(session) }, session.policy, rolePolicies.values())
    )
      return refused('s3', 403, 'AccessDenied', `Not authorized to perform: ${action} on resource: ${resource}`);
    if (bucket === '') return xml(200, listBuckets());
    const held = objects[bucket];
    if (!held) return refused('s3', 404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (key === '') return xml(200, listObjects(bucket, held, request.query));
    const content = held[key];
    return content === undefined
      ? refused('s3', 404, 'NoSuchKey', 'The specified key does not exist.')
      : { status: 200, body: content, type: 'application/octet-stream', headers: objectHeaders };
  }

  return { answer, rolePolicies, issuedKeys: () => [...issued.keys()] };
}

function invalidAssumeRole(name: string, policy: string, seconds: number): string | null {
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) return 'Value at roleSessionName failed to satisfy constraint';
  if (policy.length > 2_048 || !isJson(policy)) return 'Value at policy failed to satisfy constraint';
  if (!(seconds >= 900 && seconds <= 43_200)) return 'Value at durationSeconds failed to satisfy constraint';
  return null;
}

function contextOf(session: Issued): Record<string, string> {
  const tags = Object.entries(session.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return { 'aws:userid': userIdOf(session), ...Object.fromEntries(tags) };
}

function userIdOf({ sessionName }: Issued): string {
  return `AROAGATEHOUSETEST001:${sessionName}`;
}

function assumedArn({ roleName, sessionName }: Issued): string {
  return `arn:aws:sts::${awsAccount}:assumed-role/${roleName}/${sessionName}`;
}

function memberTags(params: Record<string, string>): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let at = 1; params[`Tags.member.${at}.Key`] !== undefined; at += 1)
    tags[params[`Tags.member.${at}.Key`] ?? ''] = params[`Tags.member.${at}.Value`] ?? '';
  return tags;
}

function s3ActionOf({ method, path }: CloudRequest): string {
  if (path === '/') return 's3:ListAllMyBuckets';
  if (!/^\/[^/]+\/./.test(path)) return 's3:ListBucket';
  return method === 'PUT' ? 's3:PutObject' : 's3:GetObject';
}

function listBuckets(): string {
  const all = Object.keys(objects).map(
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

function failed(service: string, failure: CloudFailure): CloudAnswer {
  switch (failure) {
    case 'AccessDenied':
      return refused(
        service,
        403,
        'AccessDenied',
        `User: arn:aws:iam::${awsAccount}:user/gatehouse is not authorized to perform: sts:AssumeRole on resource: ${awsRole}`,
      );
    case 'PackedPolicyTooLarge':
      return refused(
        service,
        400,
        'PackedPolicyTooLarge',
        'Packed size of session tags consumes 112% of allotted space.',
      );
    case 'Throttling':
      return refused(service, 400, 'Throttling', 'Rate exceeded');
    case 'ExpiredToken':
      // As the real one does, with the request in it: what is told on must not hold it.
      return refused(
        service,
        403,
        'ExpiredToken',
        `The security token included in the request is expired\n${awsBase.secretAccessKey}`,
      );
    default:
      return { status: 200, body: '<!doctype html><p>A proxy says hello.</p>', type: 'text/html' };
  }
}

function refused(service: string, status: number, code: string, message: string): CloudAnswer {
  const inner = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  if (service === 's3') return xml(status, `<Error>${inner}<RequestId>${randomUUID()}</RequestId></Error>`);
  return xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type>${inner}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function unknownKey(service: string): string {
  return service === 's3' ? 'InvalidAccessKeyId' : 'InvalidClientTokenId';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
