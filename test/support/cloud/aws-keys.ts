/** Who is who at the stand-in of AWS, and what STS issued there. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '@/lib/platform/clock';

export const awsAccount = '123456789012';
export const awsRole = `arn:aws:iam::${awsAccount}:role/service/agents`;
export const awsUser = `arn:aws:iam::${awsAccount}:user/gatehouse`;

/** The server's own: it may assume the role and write its inline policies, and nothing else. */
export const awsBase = {
  accessKeyId: 'AKIAGATEHOUSETEST001',
  secretAccessKey: 'base-secret-that-no-answer-may-ever-hold',
};

export interface IssuedKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  sessionName: string;
  policy: string;
  tags: Record<string, string>;
  expiresAtMs: number;
}

/** What an AssumeRole asks for, issued. */
export function newKey(params: Record<string, string>): IssuedKey {
  const { RoleSessionName = '', Policy = '', DurationSeconds = '3600' } = params;
  return {
    accessKeyId: `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`,
    secretAccessKey: `secret-${randomUUID()}${randomUUID()}`,
    sessionToken: `token-${Buffer.from(randomUUID()).toString('base64')}`,
    sessionName: RoleSessionName,
    policy: Policy,
    tags: memberTags(params),
    expiresAtMs: systemClock.now() + Number(DurationSeconds) * 1_000,
  };
}

/** As conditions of policies name it. */
export function contextOf(session: IssuedKey): Record<string, string> {
  const tags = Object.entries(session.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return { 'aws:userid': userIdOf(session), ...Object.fromEntries(tags) };
}

export function userIdOf({ sessionName }: IssuedKey): string {
  return `AROAGATEHOUSETEST001:${sessionName}`;
}

export function assumedArn({ sessionName }: IssuedKey): string {
  return `arn:aws:sts::${awsAccount}:assumed-role/agents/${sessionName}`;
}

function memberTags(params: Record<string, string>): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let at = 1; params[`Tags.member.${at}.Key`] !== undefined; at += 1)
    tags[params[`Tags.member.${at}.Key`] ?? ''] = params[`Tags.member.${at}.Value`] ?? '';
  return tags;
}
