/** JSON in and out of the data plane, without Next. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, errorBodyOf } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

export function sendError(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) return void response.destroy();
  // The rest of such a body is not read, so the connection cannot carry another request.
  if (error.code === 'BODY_TOO_LARGE') response.setHeader('connection', 'close');
  if (error.retryAfterSeconds !== undefined) response.setHeader('retry-after', Math.ceil(error.retryAfterSeconds));
  sendJson(response, error.status, errorBodyOf(error, requestId));
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body);
}

/** The whole body as text to `then`; BODY_TOO_LARGE without reading what is over, and whatever `then` throws, to `fail`. */
export function readBody(request: IncomingMessage, fail: (error: unknown) => void, then: (body: string) => void): void {
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) throw tooLarge(request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limits.bodyBytes) chunks.push(chunk);
    else if (bytes - chunk.length <= limits.bodyBytes) fail(tooLarge(request));
  });
  request.on('end', () => {
    if (bytes > limits.bodyBytes) return;
    try {
      then((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'));
    } catch (error) {
      fail(error);
    }
  });
  request.on('error', fail);
}

function tooLarge(request: IncomingMessage): AppError {
  request.pause();
  return new AppError('BODY_TOO_LARGE');
}
