/**
 * Every HTTP request passes here before anything else sees it: it gets an id and an address, foreign Hosts and bearers in URLs
 * are refused, and the data plane answers before Next does.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { monotonicMs } from '@/lib/platform/clock';
import type { Config } from '@/lib/platform/config';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { type Log, pathForLog } from '@/lib/platform/log';
import { isAllowedHost, isLoopbackHost } from '@/lib/platform/origins';
import { bearerPattern } from '@/lib/tokens/format';
import { addressOf } from './address';
import { isDoorPath } from './cloud/paths';
import type { createDataPlane } from './data-plane';
import { sendError } from './json';

export interface HttpDeps {
  config: Config;
  log: Log;
  dataPlane: ReturnType<typeof createDataPlane>;
  next: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

const probes = new Set(['/healthz', '/readyz']);
/** Next answers some of the others with 500. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What no handler behind should have to meet. */
function refusalOf({ method = '', url = '', headers }: IncomingMessage, path: string, config: Config): AppError | null {
  // A target may itself hold a name (RFC 9112 §3.2.2), to which Next would redirect.
  const named = url.startsWith('/') ? headers.host : /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  // Probes come by address; everything else must know our name (DNS rebinding).
  const isOurs = (host: string | undefined) =>
    isAllowedHost(host, config) || (isDoorPath(path) && isLoopbackHost(host, config.port));
  if (!probes.has(path) && !(isOurs(headers.host) && isOurs(named))) {
    return new AppError('ORIGIN_REFUSED', {
      message: 'The Host is not a name of this server. GATEHOUSE_PUBLIC_URL sets it.',
    });
  }
  if (holdsBearer(url)) return new AppError('TOKEN_IN_URL');
  if (!methods.has(method)) return new AppError('METHOD_NOT_ALLOWED', { message: 'No path takes that method.' });
  return isDecodable(path) ? null : new AppError('BAD_REQUEST', { message: 'The path is not valid percent-encoding.' });
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

export function createRequestHandler({ config, log, dataPlane, next }: HttpDeps) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const startedMs = monotonicMs();
    const requestId = newId('req');
    const path = pathForLog(request.url);
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    const refusal = refusalOf(request, path, config);
    if (refusal) {
      sendError(response, refusal, requestId);
      return;
    }
    if (dataPlane(path, request, response, requestId)) return;

    // What the pages and routes may believe: a client's own headers of these names are replaced.
    request.headers['x-request-id'] = requestId;
    request.headers['x-gatehouse-address'] = addressOf(request, config);
    response.once('close', () => {
      const level = response.statusCode >= 500 ? 'error' : path.startsWith('/_next/') ? 'debug' : 'info';
      log[level](
        {
          requestId,
          method: request.method,
          path,
          status: response.statusCode,
          ms: Math.round(monotonicMs() - startedMs),
        },
        'request',
      );
    });
    next(request, response).catch((error: unknown) => {
      log.error({ err: error, requestId, path }, 'a page could not be served');
      sendError(response, new AppError('INTERNAL'), requestId);
    });
  };
}

/** A bearer in a URL, in whatever encoding: logs of proxies keep URLs. */
function holdsBearer(url: string): boolean {
  if (url.search(bearerPattern) !== -1) return true;
  if (!url.includes('%')) return false;
  const decoded = url.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decoded.search(bearerPattern) !== -1;
}
