/** The broker of each cloud. Their libraries are loaded when one is first asked: a server that asks none starts without them. */
import type { CredentialProvider } from '@/lib/contracts/credentials';
import type { Broker } from '../broker';
import type { BrokerDeps } from './asking';
import { createAwsBroker } from './aws';
import { createAzureBroker } from './azure';
import { createGcpBroker } from './gcp';

export function createBrokers(deps: BrokerDeps): Readonly<Record<CredentialProvider, Broker>> {
  return { aws: createAwsBroker(deps), gcp: createGcpBroker(deps), azure: createAzureBroker(deps) };
}
