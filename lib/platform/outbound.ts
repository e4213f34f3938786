/**
 * Requests to addresses that people or servers gave us. They reach the public network alone: names are resolved once, every
 * answer is checked, and the connection goes to the very addresses that were checked, so that a name which resolves to
 * another place the second time (DNS rebinding) gains nothing. Redirects are never followed here; whoever follows one comes
 * back with its URL, and is checked again.
 */
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress, literalAddress } from './addresses';
import { AppError } from './errors';

export interface OutboundOptions {
  /** The one host name or address that may be private: an admin allowed it by name. */
  allowPrivateHost?: string | undefined;
  /** How long a connection may take to open, and an answer to begin. */
  timeoutMs: number;
  /** `dns.lookup`, unless a test plays the name server. */
  lookup?: LookupFunction | undefined;
}

export type OutboundFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface Outbound {
  /** `fetch` that rejects with ADDRESS_REFUSED before a byte is sent, and answers redirects as they are. */
  fetch: OutboundFetch;
  close(): Promise<void>;
}

export function createOutbound({ allowPrivateHost, timeoutMs, lookup = systemLookup }: OutboundOptions): Outbound {
  const allowed = allowPrivateHost?.toLowerCase();
  const isAllowed = (hostname: string) => allowed !== undefined && hostname.toLowerCase() === allowed;

  const checkedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses = Array.isArray(found) ? found : [{ address: found, family: 0 }];
      // One private answer among public ones is enough to refuse: the connection tries them in turn.
      if (
        addresses.length === 0 ||
        (!isAllowed(hostname) && addresses.some(({ address }) => isPrivateAddress(address)))
      )
        return callback(refused(hostname), '');
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      return callback(null, first?.address ?? '', first?.family);
    });
  };
  const options = {
    connect: { lookup: checkedLookup, timeout: timeoutMs },
    headersTimeout: timeoutMs,
    // Streams of events are silent for long: each call has a deadline of its own.
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024,
  };

  let client: ReturnType<typeof connect> | undefined;
  /** Loaded for the first request: a server makes none while it starts. */
  async function connect() {
    const { Agent, fetch } = await import('undici');
    return { agent: new Agent(options), fetch };
  }

  return {
    async fetch(target, init) {
      const url = new URL(target);
      if (url.protocol !== 'http:' && url.protocol !== 'https:')
        throw new AppError('ADDRESS_REFUSED', {
          message: `Only http and https addresses are called, not ${url.protocol}`,
        });
      // A literal address is never looked up, so it is checked here.
      const literal = literalAddress(url.hostname);
      if (literal !== undefined && !isAllowed(url.hostname) && isPrivateAddress(literal)) throw refused(url.hostname);
      client ??= connect();
      const { agent, fetch } = await client;
      try {
        const answer = await fetch(url, {
          method: init?.method ?? 'GET',
          headers: [...new Headers(init?.headers)],
          body: typeof init?.body === 'string' ? init.body : null,
          signal: init?.signal ?? null,
          redirect: 'manual',
          dispatcher: agent,
        });
        const { status, statusText, headers } = answer;
        const body =
          status === 204 || status === 205 || status === 304
            ? null
            : (answer.body as ReadableStream<Uint8Array> | null);
        return new Response(body, { status, statusText, headers: [...headers] });
      } catch (error) {
        throw refusalIn(error) ?? error;
      }
    },
    // Whoever is in the middle of a stream is cut off: nothing waits for a server that does not end.
    close: async () => (await client)?.agent.destroy(),
  };
}

function refused(hostname: string): AppError {
  return new AppError('ADDRESS_REFUSED', {
    message: `${hostname} is a private, loopback or link-local address. An admin may allow this host by name.`,
  });
}

/** fetch wraps what a look-up threw. */
function refusalIn(error: unknown): AppError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof AppError) return at;
  }
  return undefined;
}
