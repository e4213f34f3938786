/**
 * The places where a process asks for credentials, as its environment names them: each cloud's own variables, so that its own
 * library finds its way unchanged.
 */
import type { DoorSecrets } from '@/lib/credentials/door-secrets';
import type { CloudDoors, OpenedDoor } from '@/lib/credentials/doors';
import type { Config } from '@/lib/platform/config';
import type { GcpDoors } from './gcp-doors';
import { awsPath, azurePath } from './paths';

/**
 * AWS's libraries take keys out of the files of their user before they ask anywhere, and the role of the machine where nobody
 * answers: a process would act as somebody else, and go on after a revoke.
 */
const withoutOwnAws = {
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

export function createCloudDoors({
  config,
  secrets,
  gcp,
  platform = process.platform,
}: {
  config: Pick<Config, 'host' | 'port' | 'publicUrl'>;
  secrets: DoorSecrets;
  gcp: GcpDoors;
  platform?: NodeJS.Platform;
}): CloudDoors {
  return {
    async open({ provider, subject, here }): Promise<OpenedDoor> {
      const url = here ? loopbackUrl(config) : config.publicUrl;
      const secret = secrets.issue(subject);
      switch (provider) {
        case 'aws':
          return {
            env: {
              AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}${awsPath}`,
              AWS_CONTAINER_AUTHORIZATION_TOKEN: secret,
              ...withoutOwnAws,
            },
            notices: isTakenByAws(url) ? [] : [awsNotice(url)],
          };
        case 'azure':
          return { env: { IDENTITY_ENDPOINT: `${url}${azurePath}`, IDENTITY_HEADER: secret }, notices: [] };
        case 'gcp': {
          if (subject.kind === 'session') return { env: {}, notices: [gcpNotice('a session of a run')] };
          if (platform !== 'linux') return { env: {}, notices: [gcpNotice('a server on Linux')] };
          const door = await gcp.open(subject.runId);
          // The mark by which a process is known to be the run's: a child of a terminal has it already.
          return here ? door : { ...door, env: { ...door.env, GATEHOUSE_RUN_ID: subject.runId } };
        }
        default:
          return provider satisfies never;
      }
    },
    closeRun: (runId) => gcp.closeRun(runId),
    close: () => gcp.close(),
  };
}

/** AWS's libraries send a secret over plain http to a loopback address alone, whatever the public name is. */
export function loopbackUrl({ host, port, publicUrl }: Pick<Config, 'host' | 'port' | 'publicUrl'>): string {
  if (host === '::1') return `http://[::1]:${port}`;
  if (host === 'localhost') return `http://localhost:${port}`;
  const listensThere = ['127.0.0.1', '0.0.0.0', '::'].includes(host);
  return listensThere ? `http://127.0.0.1:${port}` : publicUrl;
}

function isTakenByAws(url: string): boolean {
  return url.startsWith('https:') || /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|$)/.test(url);
}

function awsNotice(url: string): string {
  return `AWS's libraries take credentials over https, or from a loopback address: ${url} is neither. Set GATEHOUSE_PUBLIC_URL to an https address.`;
}

function gcpNotice(needed: string): string {
  return `Google's libraries prove nothing to who gives them credentials, so the process that asks is looked up: this needs ${needed}.`;
}
