/** One run's metadata server of Google. Whoever is not a process of that run is told nothing, whatever headers it sends. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { firstAudience } from '@/lib/credentials/opening';
import type { Serving } from '@/lib/credentials/serving';
import type { Clock } from '@/lib/platform/clock';
import { AppError, toAppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { type Log, pathForLog } from '@/lib/platform/log';
import type { RefusalNotes } from '../refusal-notes';
import { requirePlainGet } from './caller';
import { isRoot, type MetadataAnswer, metadataOf } from './gcp-metadata';
import { answerHeaders, noteRefusal, sendRefusal } from './refusal';

export interface GcpHandlerDeps {
  runId: string;
  serving: Pick<Serving, 'serve' | 'sessionOf'>;
  refusals: RefusalNotes;
  clock: Clock;
  log: Log;
  /** Whether all at the other end are processes of the run. */
  isOfRun: (socket: Socket) => Promise<boolean>;
  /** @throws AppError LOCKED */
  requireUnlocked: () => void;
}

const flavor = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };
const loopbackHost = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i;

export function createGcpHandler(deps: GcpHandlerDeps) {
  const { runId, serving, refusals, clock, log, isOfRun, requireUnlocked } = deps;
  const subject = { kind: 'run', runId } as const;
  const known = new WeakMap<Socket, Promise<boolean>>();

  function askedByRun(socket: Socket): Promise<boolean> {
    const asked = known.get(socket) ?? isOfRun(socket);
    known.set(socket, asked);
    return asked;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requirePlainGet(request, response);
    requireHeaders(request);
    if (!(await askedByRun(request.socket)))
      throw new AppError('METADATA_HEADER_REQUIRED', { message: 'This port answers processes of its own run alone.' });
    requireUnlocked();
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    if (isRoot(path)) return send(response, { kind: 'text', text: 'computeMetadata/\n' });
    const session = serving.sessionOf(subject, 'gcp');
    // Without one nothing is at hand: this says how the last one ended.
    const email = session?.principalId ?? (await serving.serve(subject, 'gcp', firstAudience.gcp)).session.principalId;
    const found = metadataOf(decoded(path), new URLSearchParams(query), email);
    if (!found) throw new AppError('NOT_FOUND');
    if (found.kind !== 'token') return send(response, found);
    const { issued } = await serving.serve(subject, 'gcp', found.scopes);
    if (issued.provider !== 'gcp') throw new TypeError('another cloud was served');
    const expires_in = Math.max(0, Math.floor((issued.expiresAtMs - clock.now()) / 1_000));
    const value = { access_token: issued.accessToken, expires_in, token_type: 'Bearer' };
    send(response, { kind: 'json', value });
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('x-request-id', newId('req'));
    answer(request, response).catch((error: unknown) => {
      const refused = toAppError(error);
      const endpoint = pathForLog(request.url);
      if (refused.code === 'INTERNAL') log.error({ err: error, runId }, 'a metadata request failed');
      // What there is not is asked for by every library that looks around.
      else if (refused.code !== 'NOT_FOUND')
        noteRefusal(refusals, refused, { endpoint: endpoint.slice(0, 200), subject });
      sendRefusal(response, refused, flavor);
    });
  };
}

/** As Google's own: a page or a forwarding proxy cannot send the one, and sends the other. @throws AppError */
function requireHeaders({ headers }: IncomingMessage): void {
  if (headers['metadata-flavor'] !== 'Google' || headers['x-forwarded-for'] !== undefined)
    throw new AppError('METADATA_HEADER_REQUIRED', {
      message: 'Send "Metadata-Flavor: Google", and no X-Forwarded-For.',
    });
  if (!loopbackHost.test(headers.host ?? ''))
    throw new AppError('ORIGIN_REFUSED', { message: 'The Host is not a loopback address.' });
}

function send(response: ServerResponse, answer: Exclude<MetadataAnswer, { kind: 'token' }>): void {
  if (response.destroyed) return;
  const isText = answer.kind === 'text';
  const body = Buffer.from(isText ? answer.text : JSON.stringify(answer.value));
  const type = isText ? 'application/text' : 'application/json';
  response.writeHead(200, { ...flavor, ...answerHeaders(body, type) }).end(body);
}

/** @throws AppError BAD_REQUEST */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AppError('BAD_REQUEST', { message: 'The path is not valid percent-encoding.' });
  }
}
