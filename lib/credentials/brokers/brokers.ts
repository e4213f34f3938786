/** The clouds this server can ask, each by its own broker. */
import type { CredentialProvider } from '@/lib/contracts/credentials';
import { AppError } from '@/lib/platform/errors';
import type { Broker } from '../broker';
import type { BrokerDeps } from './asking';
import { createAwsBroker } from './aws';

export function createBrokers(deps: BrokerDeps): Readonly<Record<CredentialProvider, Broker>> {
  return { aws: createAwsBroker(deps), gcp: absent('gcp'), azure: absent('azure') };
}

function absent(provider: CredentialProvider): Broker {
  const missing = () => `${provider} cannot be asked yet.`;
  const fail = () => {
    throw new AppError('PROVIDER_NOT_CONFIGURED', { message: missing() });
  };
  return { provider, missing, defaultPrincipalId: () => null, check: fail, issue: async () => fail() };
}
