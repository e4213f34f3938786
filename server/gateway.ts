/** Gateways on the data plane: the bearer they dial with, never a cookie. */
import type { IncomingMessage } from 'node:http';
import { bearerIn } from '@/lib/platform/bearer';
import { AppError } from '@/lib/platform/errors';
import type { Dialled, InstanceRow, RelayInstances } from '@/lib/relay/instances';

type Instances = Pick<RelayInstances, 'authenticate'>;

export function dialledBy({ headers }: IncomingMessage, instances: Instances): Promise<Dialled> {
  return instances.authenticate(bearerIn(headers.authorization) ?? '');
}

/** @throws AppError UNAUTHENTICATED */
export async function requireGateway(request: IncomingMessage, instances: Instances): Promise<InstanceRow> {
  const dialled = await dialledBy(request, instances);
  if ('refused' in dialled)
    throw new AppError('UNAUTHENTICATED', { message: `The bearer of the gateway was refused: ${dialled.refused}.` });
  return dialled.instance;
}
