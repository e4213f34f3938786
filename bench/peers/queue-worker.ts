/** A worker of the tools queue whose tools do nothing, as a process of its own. */
import { createLog } from '@/lib/platform/log';
import { openRedis } from '@/lib/platform/redis';
import { createToolsWorker } from '@/lib/tools/queue/worker';

const [url = '', recordPrefix = '', schemaHash = ''] = process.argv.slice(2);
const log = createLog('warn');
const worker = createToolsWorker({
  ...{ recordPrefix, schemaHash, log, name: 'bench', host: 'bench', pid: process.pid },
  link: await openRedis({ url, name: 'bench-worker', log }),
  runner: {
    run: async () => ({ output: { done: true } }),
    shell: () => null,
    onShellChanged: () => () => undefined,
    close: async () => undefined,
  },
  prepare: async () => undefined,
});
worker.ready.then(() => process.send?.({ ready: true }));
