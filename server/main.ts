/** `npm start`: reads the config, takes the port and the data directory, brings everything up, serves, and comes down cleanly. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { type Config, ConfigError, parseConfig } from '@/lib/platform/config';
import { limits } from '@/lib/platform/limits';
import { createLog, type Log } from '@/lib/platform/log';
import { databaseFile } from '@/lib/platform/sqlite';
import { publishRuntime } from '@/lib/runtime';
import { applyMigrations } from '@/prisma/migrate';
import { lockDataDir } from './data-dir-lock';
import { createDataPlane } from './data-plane';
import { createRequestHandler } from './http';
import { createRuntime, type ServerRuntime } from './runtime';
import { createUpgradeHandler, refuseHttp } from './sockets/upgrade';

const buildDir = dirname(fileURLToPath(import.meta.url));
const root = dirname(buildDir);

// What pages leave behind in memory teaches V8 to put new objects where only a full collection looks, and from then on what each
// data-plane call makes and drops survives with them: without this, a call takes twice the processor time.
setFlagsFromString('--no-allocation-site-pretenuring');
// Prisma plans its queries in WebAssembly, each once. Compiling what plans them again and better, and checking the code of what is
// never called, would keep a core busy for the whole of a start.
setFlagsFromString('--wasm-tiering-budget=100000000');
setFlagsFromString('--wasm-lazy-validation');

main().catch((error: unknown) => {
  process.stderr.write(`${startProblem(error)}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  const dev = process.argv.includes('--dev');
  const serverEnv = { ...process.env };
  const config = parseConfig(serverEnv, process.cwd());
  const log = createLog(config.logLevel);
  const unlock = lockDataDir(config.dataDir);
  process.once('exit', unlock);

  const http = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, starting);
  const port = await listen(http, config);
  const named = withPort(config, port);
  mkdirSync(named.dataDir, { recursive: true, mode: 0o700 });
  keepPrivate(databaseFile(named.databaseUrl));
  // Most of a start is Next loading itself: it does so while the services recover.
  const pages = preparePages(named, dev);
  pages.catch(() => undefined);
  await applyMigrations({ databaseUrl: named.databaseUrl });
  const server = await createRuntime({
    config: named,
    log,
    serverEnv,
    workersDir: join(buildDir, 'workers'),
    bundledPluginsDir: join(buildDir, 'plugins'),
  });
  publishRuntime(server.runtime);
  const served = await pages;
  serve(http, server, served, dev);
  comeDownCleanly(http, server, served.close, log);

  const link = server.runtime.setup.link();
  if (link) process.stdout.write(`Create the first admin: ${link}\n`);
  process.stdout.write(`Gatehouse ready at ${named.publicUrl}\n`);
  server.begin();
}

/** For its owner alone, as every file of the data directory: SQLite gives its journals the mode of the database. */
function keepPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw new Error(`DATABASE_URL: ${file} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}

/** Next gets a decoy to hang its own upgrade listener on: on the real server it would end our sockets. */
async function preparePages(config: Config, dev: boolean) {
  Object.assign(process.env, {
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXTAUTH_URL: config.publicUrl,
  });
  const { default: createNext } = await import('next');
  const decoy = createServer();
  const pages = createNext({ dev, dir: root, httpServer: decoy, hostname: config.host, port: config.port });
  await pages.prepare();
  return { decoy, handle: pages.getRequestHandler(), close: () => pages.close() };
}

function serve(
  http: Server,
  server: ServerRuntime,
  pages: Awaited<ReturnType<typeof preparePages>>,
  dev: boolean,
): void {
  const { runtime } = server;
  const { config, log } = runtime;
  const dataPlane = createDataPlane({
    server,
    log,
    notReady: server.problems,
  });
  http.removeListener('request', starting);
  http.on('request', createRequestHandler({ config, log, dataPlane, next: pages.handle }));

  const upgrade = createUpgradeHandler({ ...server, ...runtime });
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => log.debug({ err: error }, 'upgrade error'));
    if (upgrade(request, socket, head)) return;
    if (dev && request.url?.startsWith('/_next/')) pages.decoy.emit('upgrade', request, socket, head);
    else refuseHttp(socket, 404, 'NOT_FOUND');
  });
}

/** Until the services are up: alive, not ready. */
function starting(request: { url?: string | undefined }, response: import('node:http').ServerResponse): void {
  const alive = request.url === '/healthz';
  response.writeHead(alive ? 200 : 503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify(alive ? { ok: true } : { ready: false, reasons: ['starting'] }));
}

function listen(http: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.removeListener('error', reject);
      const address = http.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** With `PORT=0` the system chooses, and our own name follows. */
function withPort(config: Config, port: number): Config {
  if (config.port === port) return config;
  const rename = (origin: string) => (origin === config.publicUrl ? origin.replace(/:0$/, `:${port}`) : origin);
  return { ...config, port, publicUrl: rename(config.publicUrl), allowedOrigins: config.allowedOrigins.map(rename) };
}

function comeDownCleanly(http: Server, server: ServerRuntime, closePages: () => Promise<void>, log: Log): void {
  let stopping = false;
  async function stop(signal: string): Promise<void> {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'shutting down');
    const upstreamsMs = limits.upstreamIdleAckMs + limits.upstreamLastResultsMs;
    setTimeout(() => process.exit(1), upstreamsMs + limits.drainMs + 5_000).unref();
    http.close();
    http.closeIdleConnections();
    // Whoever pressed Ctrl-C waits for it.
    await server.leaveUpstreams({ fast: signal === 'SIGINT' });
    // Every socket hears 1012 first: nobody was cut off, and a reconnect is told by the next process what became of its run.
    const closed = server.close();
    await server.sockets.drain(limits.drainMs / 4);
    await closed;
    http.closeAllConnections();
    await closePages();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

  // Next keeps a process alive after an uncaught error. Ours must not go on in a state nobody knows: it exits, and the next start recovers.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event);
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'crash');
      process.exit(1);
    });
  }
  server.worker.on('error', (error) => {
    log.fatal({ err: error }, 'the terminal worker crashed');
    process.exit(1);
  });
  http.on('error', (error) => log.error({ err: error }, 'http server error'));
}

function startProblem(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.join('\n');
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const { address, port } = error as Error & { address?: string; port?: number };
    return `PORT: ${address}:${port} is in use by another process. Stop that one, or set PORT to a free port.`;
  }
  return error instanceof Error ? error.message : String(error);
}
