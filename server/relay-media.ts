/** `/relay/media`: what messages carry, put and fetched by gateways under the bearer they dial with, each for its own instance. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { RelayMedia } from '@/lib/contracts/relay';
import { routes } from '@/lib/contracts/routes';
import { AppError, toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { parseWith } from '@/lib/platform/parse';
import { mediaHeaders } from '@/lib/relay/media-headers';
import type { RelayService } from '@/lib/relay/relay';
import type { ByMethod } from './data-plane';
import { requireGateway } from './gateway';
import { dropBody, sendJson } from './json';

const mediaPath = /^\/relay\/media\/([^/]{1,64})$/;

export function createRelayMediaHandlers(
  { instances, media }: Pick<RelayService, 'instances' | 'media'>,
  { stallMs = limits.relayMediaStallMs }: { stallMs?: number } = {},
) {
  async function keep(request: IncomingMessage): Promise<RelayMedia> {
    const { name } = parseWith(routes['relayMedia.put'].query, queryOf(request));
    const { id } = await requireGateway(request, instances);
    if (Number(request.headers['content-length'] ?? 0) > limits.relayMediaBytes)
      throw new AppError('BODY_TOO_LARGE', { message: 'A file may have 25 MB at most.' });
    return media.keep(id, { name, mime: request.headers['content-type'] ?? '', bytes: request }, `gateway:${id}`);
  }

  const put: ByMethod = {
    POST(request, response, fail) {
      keep(request).then(
        (kept) => sendJson(response, routes['relayMedia.put'].status, media.entryOf(kept)),
        (error: unknown) => dropBody(request, fail, toAppError(error)),
      );
    },
  };

  const get = (id: string): ByMethod => ({
    GET(request, response, fail) {
      requireGateway(request, instances)
        .then((instance) => media.find(id, instance.id))
        .then((found) => {
          if (!found) throw new AppError('RELAY_MEDIA_NOT_FOUND');
          response.writeHead(200, mediaHeaders(found.media));
          response.setTimeout(stallMs, () => response.destroy());
          return pipeline(createReadStream(found.path), response);
        })
        .catch(fail);
    },
  });

  return {
    byPath: { '/relay/media': put } as Record<string, ByMethod>,
    forPath(path: string): ByMethod | undefined {
      const id = mediaPath.exec(path)?.[1];
      return id === undefined ? undefined : get(id);
    },
  };
}

function queryOf({ url = '' }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(url.split('?', 2)[1] ?? ''));
}
