/**
 * A hard revoke: an inline Deny on the role that meets one session alone. What STS issued cannot be called back, but every
 * request made with it is weighed against the policies of its role as they are then.
 */
import type { IAMClient, IAMClientConfig } from '@aws-sdk/client-iam';
import type { Broker, SessionAccess } from '../broker';
import { sessionTagKey } from '../policy/iam';
import { askCloud, type Question } from './asking';
import { sessionNameOf } from './aws-session';

export function createDenials({
  question,
  config,
}: {
  question: Question;
  config: () => IAMClientConfig;
}): Required<Pick<Broker, 'denySession' | 'liftDeny'>> {
  let client: IAMClient | undefined;

  async function load() {
    const iam = await import('@aws-sdk/client-iam');
    client ??= new iam.IAMClient(config());
    return { ...iam, client };
  }

  return {
    denySession(access) {
      return askCloud(question, async (abortSignal) => {
        const { client, PutRolePolicyCommand } = await load();
        const command = new PutRolePolicyCommand({ ...policyOf(access), PolicyDocument: denyDocument(access) });
        await client.send(command, { abortSignal });
      });
    },
    liftDeny(access) {
      return askCloud(question, async (abortSignal) => {
        const { client, DeleteRolePolicyCommand } = await load();
        try {
          await client.send(new DeleteRolePolicyCommand(policyOf(access)), { abortSignal });
        } catch (error) {
          // Somebody took it away by hand, or the role with it: it is gone, as asked.
          if (!(error instanceof Error && error.name === 'NoSuchEntityException')) throw error;
        }
      });
    },
  };
}

function policyOf({ id, principalId }: SessionAccess) {
  // A role has a path in its ARN, and goes by its name alone.
  return { RoleName: principalId.split('/').at(-1), PolicyName: `gatehouse-deny-${id}` };
}

/** Both the name and the tag must fit: eight characters of an id may meet twice, and a tag alone may be given by others. */
function denyDocument({ id }: SessionAccess): string {
  const Condition = {
    StringLike: { 'aws:userid': `*:${sessionNameOf(id)}` },
    StringEquals: { [`aws:PrincipalTag/${sessionTagKey}`]: id },
  };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }],
  });
}
