/** `npm run tools`: the tools service as a process of its own. Calls come over Redis, from consoles that set the same REDIS_URL. */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '@/lib/platform/config';
import { newId } from '@/lib/platform/ids';
import { createLog, type Log } from '@/lib/platform/log';
import { openRedis, redisAddress } from '@/lib/platform/redis';
import { schemaHash } from '@/lib/tools/catalogue';
import { createLocalRunner } from '@/lib/tools/local-runner';
import { ownFiles } from '@/lib/tools/own-files';
import { queueStream } from '@/lib/tools/queue/keys';
import { createToolsWorker } from '@/lib/tools/queue/worker';

main().catch((error: unknown) => {
  const text = error instanceof ConfigError ? error.problems.join('\n') : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  const config = parseConfig(process.env, process.cwd());
  if (config.redisUrl === null)
    throw new ConfigError([
      'REDIS_URL: required, the same as the console has: the tools service takes its calls from there, such as redis://127.0.0.1:6379. Without it the console runs the tools itself',
    ]);
  const log = createLog(config.logLevel);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const link = await openRedis({ url: config.redisUrl, name: 'gatehouse-tools', log });
  const runner = createLocalRunner({ folder: join(config.dataDir, 'tools'), hidden: ownFiles(config), log });
  const name = newId('wrk');
  const worker = createToolsWorker({
    ...{ link, runner, schemaHash, name, log },
    recordPrefix: config.toolSessions.prefix,
    host: hostname(),
    pid: process.pid,
    prepare: async ({ order }) => requireDirectory(order.directory),
  });
  comeDownCleanly(log, async () => {
    await worker.drain();
    await runner.close();
    await link.close();
  });
  runner.onShellChanged(() => log.info({ shell: runner.shell() }, 'how commands run here'));
  await worker.ready;
  process.stdout.write(
    `Gatehouse tools service ready: ${name} takes calls from ${queueStream} at ${redisAddress(config.redisUrl)}\n`,
  );
}

/** What a run works in may be on another machine, or for another user: then a worker there must make the call. */
function requireDirectory(directory: string): void {
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
    if (statSync(directory).isDirectory()) return;
  } catch {
    // Told below.
  }
  throw new Error(`The directory of the run, ${directory}, cannot be used by the tools service on ${hostname()}.`);
}

function comeDownCleanly(log: Log, close: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'shutting down');
      close().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the tools service did not come down cleanly');
          process.exit(1);
        },
      );
    });
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'crash');
      process.exit(1);
    });
}
