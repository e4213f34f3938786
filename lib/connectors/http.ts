/** MCP over streamable HTTP: the SDK's transport over requests that cannot be led inside, with bodies that end. */
import { type FetchLike, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ConnectorTransport } from '@/lib/contracts/connectors';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { createOutbound, type OutboundOptions } from '@/lib/platform/outbound';
import { createFloodGuard } from './flood';

type HttpTransport = Extract<ConnectorTransport, { kind: 'http' }>;

export interface HttpConnection {
  transport: StreamableHTTPClientTransport;
  close(): Promise<void>;
}

export function openHttp(
  { url, headers = {}, allowPrivateHost = false }: HttpTransport,
  { lookup, onBroken }: { lookup?: OutboundOptions['lookup']; onBroken: (because: string) => void },
): HttpConnection {
  const address = new URL(url);
  const outbound = createOutbound({
    allowPrivateHost: allowPrivateHost ? address.hostname : undefined,
    timeoutMs: limits.connectorStartMs,
    lookup,
  });
  const fetch: FetchLike = async (target, init) => bounded(await outbound.fetch(target, init), onBroken);
  // The SDK follows a redirect within the same origin alone, so the headers reach no other host.
  const transport = new StreamableHTTPClientTransport(address, { fetch, requestInit: { headers } });
  return { transport, close: () => outbound.close() };
}

/** A body that breaks off where it gets too large: as a whole, or one event of a stream of events. */
function bounded(response: Response, onBroken: (because: string) => void): Response {
  if (!response.body) return response;
  const { status, statusText, headers } = response;
  const isStream = headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') ?? false;
  const flood = createFloodGuard();
  let bytes = 0;
  let lineIsEmpty = true;

  const check = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      const because = bytes > limits.connectorMessageBytes ? tooLarge() : isStream ? countEvents(chunk) : undefined;
      if (because !== undefined) {
        onBroken(because);
        controller.error(new AppError('CONNECTOR_EXECUTION_FAILED', { message: because }));
        return;
      }
      controller.enqueue(chunk);
    },
  });

  /** An event ends with an empty line; what is gathered of it starts anew there. */
  function countEvents(chunk: Uint8Array): string | undefined {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === 0x0d) continue;
      if (byte !== 0x0a) {
        lineIsEmpty = false;
        continue;
      }
      if (lineIsEmpty) {
        bytes = chunk.length - at;
        if (flood.unasked()) return 'It floods: it sends far more than it was asked for.';
      }
      lineIsEmpty = true;
    }
    return undefined;
  }

  return new Response(response.body.pipeThrough(check), { status, statusText, headers });
}

function tooLarge(): string {
  return `It sent a message of more than ${Math.round(limits.connectorMessageBytes / 1024 / 1024)} MiB.`;
}
