import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { handle, methods } from '@/app/api/handle';
import { redactRecording } from '@/lib/leaks/redact-recording';
import { AppError } from '@/lib/platform/errors';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('runs.recording', async ({ params, query, request, runtime }) => {
    const file = await openRecording(await runtime.runs.recordingPath(params.id));
    const { size } = await file.stat();
    if (size === 0) await file.close();
    // Cut at the size it has now: the recording of a live run grows, and the length is announced.
    const bytes = size > 0 ? file.createReadStream({ end: size - 1, signal: request.signal }) : Readable.from([]);
    const redacts = query.redact === '1';
    return new Response(
      Readable.toWeb(
        redacts ? Readable.from(redactRecording(bytes), { objectMode: false }) : bytes,
      ) as ReadableStream<Uint8Array>,
      {
        headers: {
          'content-type': 'application/x-asciicast',
          ...(!redacts && { 'content-length': String(size) }),
          'content-disposition': `attachment; filename="${params.id}${redacts ? '.redacted' : ''}.cast"`,
        },
      },
    );
  }),
});

/** A run that never wrote a byte, or whose file was moved away, has no recording to show. */
async function openRecording(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw new AppError('RECORDING_NOT_FOUND', { cause: error });
  }
}
