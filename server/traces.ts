/** Tool-session records over HTTP: written by a trusted tier for each trace, often as often as a tool is called, so without Next. */
import { routes } from '@/lib/contracts/routes';
import { traceId as traceIdSchema } from '@/lib/contracts/traces';
import { parseJsonBody, parseWith } from '@/lib/platform/parse';
import type { ByMethod } from './data-plane';
import { readBody } from './json';
import { requireKey } from './key';
import type { ServerRuntime } from './runtime';

const tracePath = /^\/api\/traces\/([^/]+)$/;
const { scope, body: bodySchema } = routes['traces.put'];

export function createTraceHandlers({ runtime, traces }: Pick<ServerRuntime, 'runtime' | 'traces'>) {
  return {
    forPath(path: string): ByMethod | undefined {
      const given = tracePath.exec(path)?.[1];
      if (given === undefined) return undefined;
      return {
        PUT(request, response, fail) {
          const by = requireKey(request, runtime, scope);
          readBody(request, fail, (text) => {
            const traceId = parseWith(traceIdSchema, decodeURIComponent(given));
            const body = parseJsonBody(bodySchema, text);
            traces.put(traceId, body, by).then(() => void response.writeHead(204).end(), fail);
          });
        },
      };
    },
  };
}
