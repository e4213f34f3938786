/** JSON in and out of the data plane, without Next. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, errorBodyOf } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

export function sendError(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) return void response.destroy();
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

/** The whole body as text to `then`; BODY_TOO_LARGE for one that is over, and whatever `then` throws, to `fail`. */
export function readBody(request: IncomingMessage, fail: (error: unknown) => void, then: (body: string) => void): void {
  readBytes(request, fail, (bytes) => then(bytes.toString('utf8')));
}

/** The same, as it came: a signature is over bytes, and not every byte survives as text. */
export function readBytes(
  request: IncomingMessage,
  fail: (error: unknown) => void,
  then: (body: Buffer) => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) {
    dropBody(request, fail);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= limits.bodyBytes) return;
    request.off('data', keep).off('end', done);
    chunks.length = 0;
    dropBody(request, fail);
  };
  const done = () => {
    try {
      then(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    } catch (error) {
      fail(error);
    }
  };
  request.on('data', keep);
  request.on('end', done);
  request.on('error', fail);
}

/**
 * Refused at once, and what still comes of it is read and forgotten: a connection that is closed on a client which still sends
 * is reset, and the client sees that instead of its 413. Whoever sends without end, or announces a body and sends none, is cut.
 */
export function dropBody(
  request: IncomingMessage,
  fail: (error: unknown) => void,
  error = new AppError('BODY_TOO_LARGE'),
): void {
  let bytes = 0;
  const cut = () => request.socket.destroy();
  const silence = setTimeout(cut, limits.bodyDropMs);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.bodyDropBytes) cut();
    else silence.refresh();
  });
  request.once('end', () => clearTimeout(silence));
  request.once('close', () => clearTimeout(silence));
  fail(error);
}
