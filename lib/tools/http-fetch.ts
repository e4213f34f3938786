/**
 * `http_fetch`: a request to the public network. It goes nowhere else, also not by a redirect or a name that resolves anew;
 * it carries what the call gave and nothing of ours, keeps no cookie, and a secret of the call goes to the host it was for.
 */
import type { ToolInput, ToolOutput } from '@/lib/contracts/tools';
import { AppError, executionFailed, isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { createOutbound, type OutboundOptions } from '@/lib/platform/outbound';
import { textOf } from './files/read-file';

export interface HttpFetch {
  /** @throws AppError ADDRESS_REFUSED, CALL_CANCELLED, CONNECTOR_EXECUTION_FAILED. */
  fetch(
    input: ToolInput<'http_fetch'>,
    given: { timeoutMs: number; signal: AbortSignal },
  ): Promise<ToolOutput<'http_fetch'>>;
  close(): Promise<void>;
}

/** Those of the connection itself: set by hand, they make one request look like two, or like another one. */
const connectionHeaders = new Set(
  'connection content-length expect host http2-settings keep-alive proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);
/** What is for one origin stays there. */
const ownHeaders = ['authorization', 'cookie'];
const redirects = new Set([301, 302, 303, 307, 308]);

export function createHttpFetch(options: Pick<OutboundOptions, 'allowPrivateHost' | 'lookup'> = {}): HttpFetch {
  const outbound = createOutbound({ ...options, timeoutMs: limits.toolFetchMs });

  async function follow(first: Asked, signal: AbortSignal): Promise<ToolOutput<'http_fetch'>> {
    let asked = first;
    for (let hops = 0; ; hops += 1) {
      const answer = await outbound.fetch(asked.url, {
        method: asked.method,
        headers: asked.headers,
        ...(asked.body !== undefined && { body: asked.body }),
        signal,
      });
      const location = redirects.has(answer.status) ? answer.headers.get('location') : null;
      if (location === null) return read(asked.url, answer);
      await answer.body?.cancel();
      if (hops >= limits.toolFetchRedirects)
        throw executionFailed(`It was sent on more than ${limits.toolFetchRedirects} times.`);
      asked = redirected(asked, { status: answer.status, location });
    }
  }

  return {
    async fetch(input, { timeoutMs, signal }) {
      const deadline = AbortSignal.timeout(Math.min(limits.toolFetchMs, timeoutMs));
      try {
        return await follow(askedBy(input), AbortSignal.any([signal, deadline]));
      } catch (error) {
        if (signal.aborted) throw new AppError('CALL_CANCELLED', { cause: error });
        if (deadline.aborted) throw executionFailed(`It was not answered within ${limits.toolFetchMs / 1_000} s.`);
        if (isAppError(error) && error.code === 'ADDRESS_REFUSED')
          throw new AppError('ADDRESS_REFUSED', { message: `${hostIn(error.message)} Nothing was sent to it.` });
        if (isAppError(error)) throw error;
        throw executionFailed(`It could not be reached: ${reasonOf(error)}`);
      }
    },
    close: outbound.close,
  };
}

interface Asked {
  url: URL;
  method: string;
  headers: Headers;
  body: string | undefined;
}

function askedBy({ url: text, method = 'GET', headers: given = {}, body }: ToolInput<'http_fetch'>): Asked {
  const url = urlOf(text);
  if (body !== undefined && (method === 'GET' || method === 'HEAD'))
    throw executionFailed(`${method} carries no body.`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (connectionHeaders.has(name.toLowerCase()))
      throw executionFailed(`The header ${name.slice(0, 40)} is not the call's to set.`);
    try {
      headers.set(name, value);
    } catch {
      throw executionFailed(
        `The header ${JSON.stringify(name.slice(0, 40))} is not one, or its value holds what no header may.`,
      );
    }
  }
  if (!headers.has('user-agent')) headers.set('user-agent', 'Gatehouse http_fetch');
  return { url, method, headers, body };
}

function urlOf(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : null;
  if (!url) throw executionFailed('The URL is not one.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('ADDRESS_REFUSED', {
      message: `Only http and https addresses are requested, not ${url.protocol}`,
    });
  if (url.username !== '' || url.password !== '')
    throw executionFailed('The URL holds a user or a password: send an Authorization header instead.');
  url.hash = '';
  return url;
}

/** As browsers do it (fetch standard, HTTP-redirect fetch). */
function redirected(asked: Asked, { status, location }: { status: number; location: string }): Asked {
  const url = urlOf(location, asked.url);
  const headers = new Headers(asked.headers);
  if (url.origin !== asked.url.origin) for (const name of ownHeaders) headers.delete(name);
  const becomesGet =
    (status === 303 && asked.method !== 'HEAD') || ((status === 301 || status === 302) && asked.method === 'POST');
  if (!becomesGet) return { ...asked, url, headers };
  for (const name of ['content-type', 'content-encoding', 'content-language', 'content-location']) headers.delete(name);
  return { url, method: 'GET', headers, body: undefined };
}

async function read(url: URL, answer: Response): Promise<ToolOutput<'http_fetch'>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = answer.body?.getReader();
  while (reader && length <= limits.toolReadBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  // One that never ends is not waited for.
  await reader?.cancel();
  const truncated = length > limits.toolReadBytes;
  const { content, encoding } = textOf(Buffer.concat(chunks).subarray(0, limits.toolReadBytes), truncated);
  return {
    url: url.href,
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: content,
    encoding,
    truncated,
  };
}

/** The first sentence: who may allow a connector's host by name has nothing to do with this tool. */
function hostIn(message: string): string {
  return /^.*?\.(?= An admin|$)/.exec(message)?.[0] ?? message;
}

/** The innermost: "fetch failed" says nothing, its cause does. */
function reasonOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && at.cause instanceof Error && depth < 5; depth += 1) at = at.cause;
  return at instanceof Error ? at.message.slice(0, 200) : 'it failed';
}
