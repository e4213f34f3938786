/** How the services of AWS refuse, each in its own form. */
import { randomUUID } from 'node:crypto';
import { awsBase, awsRole, awsUser } from './aws-keys';
import { type CloudAnswer, type CloudFailure, escapeXml, xml } from './http';

export function refused(service: string, status: number, code: string, message: string): CloudAnswer {
  const inner = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  if (service === 's3') return xml(status, `<Error>${inner}<RequestId>${randomUUID()}</RequestId></Error>`);
  return xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type>${inner}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

export function failed(service: string, failure: Exclude<CloudFailure, 'hang'>): CloudAnswer {
  switch (failure) {
    case 'AccessDenied':
      return refused(
        service,
        403,
        'AccessDenied',
        `User: ${awsUser} is not authorized to perform: sts:AssumeRole on resource: ${awsRole}`,
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

export function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}
