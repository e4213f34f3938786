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
import { isAllowedHost } from '@/lib/platform/origins';
import { addressOf } from './address';
import { type createDataPlane, sendError } from './data-plane';

export interface HttpDeps {
  config: Config;
  log: Log;
  dataPlane: ReturnType<typeof createDataPlane>;
  next: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

const probes = new Set(['/healthz', '/readyz']);
const bearerInUrl = /gth(?:_|%5f)(?:tool|key)(?:_|%5f)/i;

export function createRequestHandler({ config, log, dataPlane, next }: HttpDeps) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const startedMs = monotonicMs();
    const requestId = newId('req');
    const path = pathForLog(request.url);
    response.setHeader('x-request-id', requestId);
    // Probes come by address; everything else must know our name (DNS rebinding).
    if (!probes.has(path) && !isAllowedHost(request.headers.host, config)) {
      sendError(
        response,
        new AppError('ORIGIN_REFUSED', {
          message: 'The Host is not a name of this server. GATEHOUSE_PUBLIC_URL sets it.',
        }),
        requestId,
      );
      return;
    }
    if (bearerInUrl.test(request.url ?? '')) {
      sendError(response, new AppError('TOKEN_IN_URL'), requestId);
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
