/**
 * The places where a process asks for credentials, as its environment names them: each cloud's own variables, so that its own
 * library finds its way unchanged.
 */
import { createDoorSecrets, type DoorSecrets } from '@/lib/credentials/door-secrets';
import type { CloudDoors } from '@/lib/credentials/doors';
import type { Config } from '@/lib/platform/config';
import { deriveSecret } from '@/lib/platform/secrets';

export const awsPath = '/cloud/aws/credentials';
export const azurePath = '/cloud/azure/token';

export function createCloudDoors({ config, masterKey }: { config: Config; masterKey: string }): {
  doors: CloudDoors;
  secrets: DoorSecrets;
} {
  const secrets = createDoorSecrets({ secret: deriveSecret(masterKey, 'credential doors') });
  const { publicUrl } = config;
  return {
    secrets,
    doors: {
      async open({ provider, subject }): Promise<Record<string, string>> {
        const secret = secrets.issue(subject);
        if (provider === 'aws')
          return {
            AWS_CONTAINER_CREDENTIALS_FULL_URI: `${publicUrl}${awsPath}`,
            AWS_CONTAINER_AUTHORIZATION_TOKEN: secret,
          };
        if (provider === 'azure') return { IDENTITY_ENDPOINT: `${publicUrl}${azurePath}`, IDENTITY_HEADER: secret };
        return {};
      },
      closeRun: () => undefined,
    },
  };
}
