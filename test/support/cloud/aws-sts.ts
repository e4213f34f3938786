/** STS and the part of IAM that writes inline policies of a role. */
import { toIso } from '@/lib/platform/clock';
import { metadata, refused } from './aws-errors';
import { assumedArn, awsAccount, awsRole, awsUser, type IssuedKey, newKey, userIdOf } from './aws-keys';
import { type CloudAnswer, xml } from './http';

type Params = Record<string, string>;

const stsSpace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

export function answerSts(params: Params, session: IssuedKey | undefined, issued: Map<string, IssuedKey>): CloudAnswer {
  const { Action = '', RoleArn = '' } = params;
  if (Action === 'GetCallerIdentity') return callerIdentity(session);
  if (Action !== 'AssumeRole') return refused('sts', 400, 'InvalidAction', `Could not find operation ${Action}`);
  if (session || RoleArn !== awsRole) {
    const message = `User: ${awsUser} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`;
    return refused('sts', 403, 'AccessDenied', message);
  }
  const invalid = invalidAssumeRole(params);
  if (invalid) return refused('sts', 400, 'ValidationError', `Value at ${invalid} failed to satisfy constraint`);
  const one = newKey(params);
  issued.set(one.accessKeyId, one);
  return xml(
    200,
    `<AssumeRoleResponse ${stsSpace}><AssumeRoleResult><AssumedRoleUser>` +
      `<AssumedRoleId>${userIdOf(one)}</AssumedRoleId><Arn>${assumedArn(one)}</Arn></AssumedRoleUser>` +
      `<Credentials><AccessKeyId>${one.accessKeyId}</AccessKeyId><SecretAccessKey>${one.secretAccessKey}</SecretAccessKey>` +
      `<SessionToken>${one.sessionToken}</SessionToken><Expiration>${toIso(one.expiresAtMs)}</Expiration></Credentials>` +
      `<PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>${metadata()}</AssumeRoleResponse>`,
  );
}

function callerIdentity(session: IssuedKey | undefined): CloudAnswer {
  const arn = session ? assumedArn(session) : awsUser;
  const userId = session ? userIdOf(session) : 'AIDAGATEHOUSETEST001';
  return xml(
    200,
    `<GetCallerIdentityResponse ${stsSpace}><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>${userId}</UserId>` +
      `<Account>${awsAccount}</Account></GetCallerIdentityResult>${metadata()}</GetCallerIdentityResponse>`,
  );
}

/** The parameter that STS would not take; null where all are in order. */
function invalidAssumeRole({ RoleSessionName = '', Policy = '', DurationSeconds = '3600' }: Params): string | null {
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) return 'roleSessionName';
  if (Policy.length > 2_048 || !isJson(Policy)) return 'policy';
  return Number(DurationSeconds) >= 900 && Number(DurationSeconds) <= 43_200 ? null : 'durationSeconds';
}

export function answerIam(
  params: Params,
  session: IssuedKey | undefined,
  rolePolicies: Map<string, string>,
): CloudAnswer {
  const { Action = '', PolicyName = '', PolicyDocument = '', RoleName = '' } = params;
  if (session || RoleName !== awsRole.split('/').at(-1))
    return refused(
      'iam',
      403,
      'AccessDenied',
      `Not authorized to perform: iam:${Action} on resource: role ${RoleName}`,
    );
  if (Action === 'PutRolePolicy') {
    if (!isJson(PolicyDocument)) return refused('iam', 400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
    rolePolicies.set(PolicyName, PolicyDocument);
  } else if (Action !== 'DeleteRolePolicy') {
    return refused('iam', 400, 'InvalidAction', `Could not find operation ${Action}`);
  } else if (!rolePolicies.delete(PolicyName)) {
    return refused('iam', 404, 'NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`);
  }
  const space = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"';
  return xml(200, `<${Action}Response ${space}>${metadata()}</${Action}Response>`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
