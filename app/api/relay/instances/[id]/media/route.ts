import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('relay.attach', ({ actor, params, query, request, runtime }) => {
    const mime = request.headers.get('content-type') ?? '';
    const bytes = request.body ? Readable.fromWeb(request.body as ReadableStream) : Readable.from([]);
    return runtime.relay.attach(params.id, { name: query.name, mime, bytes }, actor);
  }),
});
