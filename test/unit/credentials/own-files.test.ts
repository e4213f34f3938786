/** Keys of a machine's own files come before any session in AWS's libraries: a process with a session must not find them. */
import { expect, it } from 'vitest';
import { createDoorSecrets } from '@/lib/credentials/door-secrets';
import { checkCloudEnvironment } from '@/lib/runs/environment';
import { createCloudDoors } from '@/server/cloud/doors';

const gcp = { open: async () => ({ env: {}, notices: [] }), closeRun: () => undefined, close: () => undefined };

it.each([true, false])('sets the files and the role of the machine aside for AWS, here: %s', async (here) => {
  const config = { host: '127.0.0.1', port: 3000, publicUrl: 'https://gatehouse.example.com' };
  const doors = createCloudDoors({ config, secrets: createDoorSecrets({ secret: 'for-tests' }), gcp });
  const { env } = await doors.open({ provider: 'aws', subject: { kind: 'run', runId: 'run_1' }, here });
  expect(env).toMatchObject({
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});

it('refuses a file of keys beside a session, and takes one without', () => {
  const given = { AWS_SHARED_CREDENTIALS_FILE: '/home/ines/.aws/credentials' };
  expect(() => checkCloudEnvironment(given, ['aws'])).toThrow('AWS_SHARED_CREDENTIALS_FILE');
  expect(() => checkCloudEnvironment(given, ['gcp'])).not.toThrow();
});
