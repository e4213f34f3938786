/** Access to clouds, put together: the sessions, and the doors by which the processes of runs reach them. */
import { createBrokers } from '@/lib/credentials/brokers/brokers';
import { createCredentialService } from '@/lib/credentials/credentials';
import { createDoorSecrets } from '@/lib/credentials/door-secrets';
import type { LockIndex } from '@/lib/locks/lock-index';
import type { Config } from '@/lib/platform/config';
import { deriveSecret } from '@/lib/platform/secrets';
import type { LiveRuns } from '@/lib/runs/live-runs';
import { isSocketOfRun } from '@/lib/runs/socket-peers';
import { requireUnlocked } from './caller';
import { createCloudDoors } from './doors';
import { createGcpDoors } from './gcp-doors';
import type { GcpHandlerDeps } from './gcp-handler';
import { createGcpHandler } from './gcp-handler';
import { createDoorPorts } from './gcp-ports';

type ServiceDeps = Pick<Parameters<typeof createCredentialService>[0], 'db' | 'audit' | 'bus'>;

export interface CloudDeps extends ServiceDeps, Pick<GcpHandlerDeps, 'refusals' | 'clock' | 'log'> {
  config: Config;
  serverEnv: NodeJS.ProcessEnv;
  masterKey: string;
  live: LiveRuns;
  locks: LockIndex;
}

export function createCloud(deps: CloudDeps) {
  const { config, serverEnv, masterKey, db, audit, bus, clock, log, live, locks, refusals } = deps;
  const doorSecrets = createDoorSecrets({ secret: deriveSecret(masterKey, 'credential doors') });
  const gcp = createGcpDoors({
    ...{ log, ports: createDoorPorts(config.dataDir), liveRun: live.accepting },
    handlerOf: (runId) =>
      createGcpHandler({
        ...{ runId, refusals, clock, log, serving: credentials.serving },
        isOfRun: (socket) => isSocketOfRun(socket, { runId, session: live.get(runId)?.session ?? null }),
        requireUnlocked: () => requireUnlocked(runId, { live, locks }),
      }),
  });
  const credentials = createCredentialService({
    ...{ db, audit, bus, clock, log, liveRun: live.accepting },
    doors: createCloudDoors({ config, secrets: doorSecrets, gcp }),
    brokers: createBrokers({ env: serverEnv, clock }),
  });
  return { credentials, doorSecrets };
}
