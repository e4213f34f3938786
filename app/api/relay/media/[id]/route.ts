import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { handle, methods } from '@/app/api/handle';
import { AppError } from '@/lib/platform/errors';
import { mediaHeaders } from '@/lib/relay/media-headers';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('relay.media', async ({ params, request, runtime }) => {
    const found = await runtime.relay.media.find(params.id);
    if (!found) throw new AppError('RELAY_MEDIA_NOT_FOUND');
    const bytes = createReadStream(found.path, { signal: request.signal });
    return new Response(Readable.toWeb(bytes) as ReadableStream<Uint8Array>, { headers: mediaHeaders(found.media) });
  }),
});
