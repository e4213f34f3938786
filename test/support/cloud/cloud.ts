/** The clouds on loopback, as they document themselves, for the real SDKs and command lines. */
import path from 'node:path';
import { temporaryDir } from '../temporary-dir';
import { awsBase, awsRole, createAwsCloud } from './aws';
import { type CloudCall, type CloudFailure, serveCloud } from './http';

export interface TestCloud {
  url: string;
  /** For the server: it can ask each of the clouds. */
  env: Record<string, string>;
  /** For an agent's own SDKs and command lines: where the clouds are, and nothing of this machine's. */
  agentEnv: Record<string, string>;
  /** Every request, in the order they came. */
  calls: CloudCall[];
  /** The next request to any cloud is answered so; several queue up. */
  failNext(kind: CloudFailure): void;
  /** Inline policies of `awsRole`, by name. */
  rolePolicies: ReadonlyMap<string, string>;
  /** Access key ids in the order AWS issued them. */
  issuedKeys(): string[];
  stop(): Promise<void>;
}

export async function startCloud(): Promise<TestCloud> {
  const dir = temporaryDir();
  const calls: CloudCall[] = [];
  const failures: CloudFailure[] = [];
  const aws = createAwsCloud(calls);
  const http = await serveCloud((request) => aws.answer(request, failures.shift()));
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
    calls,
    failNext: (kind) => failures.push(kind),
    rolePolicies: aws.rolePolicies,
    issuedKeys: aws.issuedKeys,
    async stop() {
      await http.stop();
      dir.remove();
    },
  };
}
