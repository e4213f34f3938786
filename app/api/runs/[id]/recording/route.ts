import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('runs.recording', async ({ params, request, runtime }) => {
    const { path, bytes } = await runtime.runs.recordingPath(params.id);
    // Cut at the size that was asked about: a live recording grows, and the length is announced.
    const file = bytes > 0 ? createReadStream(path, { end: bytes - 1, signal: request.signal }) : Readable.from([]);
    return new Response(Readable.toWeb(file) as ReadableStream<Uint8Array>, {
      headers: {
        'content-type': 'application/x-asciicast',
        'content-length': String(bytes),
        'content-disposition': `attachment; filename="${params.id}.cast"`,
      },
    });
  }),
});
