/** How a metadata endpoint says no: in our own shape, and in the one each cloud's library reads to the person in front of it. */
import type { ServerResponse } from 'node:http';
import type { DoorSubject } from '@/lib/credentials/door-secrets';
import { type AppError, errorBodyOf } from '@/lib/platform/errors';
import type { RefusalNotes } from '../refusal-notes';

/** `Code` and `Message` are read by AWS's libraries, `message` by Azure's, `error.message` by Google's and ours. */
export function sendRefusal(response: ServerResponse, error: AppError, headers: Record<string, string> = {}): void {
  if (response.headersSent) return void response.destroy();
  const { code: Code, message: Message } = error;
  const ours = errorBodyOf(error, String(response.getHeader('x-request-id') ?? ''));
  const body = Buffer.from(JSON.stringify({ ...ours, Code, Message, message: Message }));
  response.writeHead(error.status, { ...headers, ...answerHeaders(body) }).end(body);
}

export function answerHeaders(body: Buffer, type = 'application/json') {
  return { 'content-type': type, 'content-length': body.byteLength, 'cache-control': 'no-store' };
}

/** On the record, at a bounded rate: a process may ask in a loop. */
export function noteRefusal(
  refusals: RefusalNotes,
  error: AppError,
  { endpoint, subject }: { endpoint: string; subject: DoorSubject | null },
): void {
  const { sessionId } = error.details ?? {};
  const runId = subject?.kind === 'run' ? subject.runId : null;
  const target = subject?.kind === 'session' ? subject.sessionId : (runId ?? endpoint);
  refusals.note({
    ...(runId !== null && { actor: `run:${runId}` }),
    action: 'credential.refuse',
    target: typeof sessionId === 'string' ? sessionId : target,
    data: { endpoint, code: error.code, runId },
  });
}
