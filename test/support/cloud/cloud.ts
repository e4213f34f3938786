/** The clouds on loopback, as they document themselves, for the real SDKs and command lines. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDir } from '../temporary-dir';
import { createAwsCloud } from './aws';
import { awsBase, awsRole } from './aws-keys';
import { azureApp, createAzureCloud } from './azure';
import { loopbackCertificate } from './certificate';
import { createGcpCloud, gcpServiceAccount } from './gcp';
import { type CloudCall, type CloudFailure, serveCloud } from './http';

export interface TestCloud {
  url: string;
  /** For the server: it can ask each of the clouds. */
  env: Record<string, string>;
  /** For an agent's own SDKs and command lines: where the clouds are, and nothing of this machine's. */
  agentEnv: Record<string, string>;
  /** Who vouches for the stand-in of Azure, in PEM: for a broker in this process, which read NODE_EXTRA_CA_CERTS as it started. */
  ca: string;
  /** Every request, in the order they came. */
  calls: CloudCall[];
  /** The next request to any cloud is answered so, or the one after so many others; several queue up. */
  failNext(kind: CloudFailure, after?: number): void;
  /** A place for a file that goes with the cloud; answers its path. */
  file(name: string, text: string): string;
  /** Inline policies of `awsRole`, by name. */
  rolePolicies: ReadonlyMap<string, string>;
  /** Access key ids in the order AWS issued them. */
  issuedKeys(): string[];
  stop(): Promise<void>;
}

export async function startCloud(): Promise<TestCloud> {
  const dir = temporaryDir();
  const calls: CloudCall[] = [];
  const failures: (CloudFailure | undefined)[] = [];
  const aws = createAwsCloud(calls);
  const gcp = createGcpCloud(calls);
  const azure = createAzureCloud(calls);
  const tls = loopbackCertificate();
  const http = await serveCloud((request) =>
    (request.path.startsWith('/gcp/') ? gcp : aws).answer(request, failures.shift()),
  );
  const https = await serveCloud((request) => azure.answer(request, () => failures.shift()), tls);
  const file = (name: string, text: string) => {
    const whole = path.join(dir.path, name);
    writeFileSync(whole, text, { mode: 0o600 });
    return whole;
  };
  const nothing = path.join(dir.path, 'none');
  return {
    url: http.url,
    env: {
      AWS_ENDPOINT_URL_STS: http.url,
      AWS_ENDPOINT_URL_IAM: http.url,
      AWS_ACCESS_KEY_ID: awsBase.accessKeyId,
      AWS_SECRET_ACCESS_KEY: awsBase.secretAccessKey,
      AWS_REGION: 'eu-central-1',
      AWS_CONFIG_FILE: nothing,
      AWS_SHARED_CREDENTIALS_FILE: nothing,
      GATEHOUSE_AWS_ROLE_ARN: awsRole,
      GOOGLE_APPLICATION_CREDENTIALS: file('google.json', gcp.credentials(http.url)),
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: `${http.url}/gcp/iamcredentials/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: `${http.url}/gcp/sts/`,
      GATEHOUSE_GCP_SERVICE_ACCOUNT: gcpServiceAccount,
      AZURE_AUTHORITY_HOST: https.url,
      AZURE_TENANT_ID: azureApp.tenantId,
      AZURE_CLIENT_ID: azureApp.clientId,
      AZURE_CLIENT_SECRET: azureApp.clientSecret,
      NODE_EXTRA_CA_CERTS: file('ca.pem', tls.cert),
    },
    agentEnv: {
      AWS_ENDPOINT_URL: http.url,
      AWS_REGION: 'eu-central-1',
      // The first major version of the command line knows this one alone.
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_CONFIG_FILE: nothing,
      AWS_SHARED_CREDENTIALS_FILE: nothing,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    ca: tls.cert,
    calls,
    failNext: (kind, after = 0) => failures.push(...Array<undefined>(after).fill(undefined), kind),
    file,
    rolePolicies: aws.rolePolicies,
    issuedKeys: aws.issuedKeys,
    async stop() {
      await Promise.all([http.stop(), https.stop()]);
      dir.remove();
    },
  };
}
