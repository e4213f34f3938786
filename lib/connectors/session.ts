/** One conversation with an MCP server, whatever carries it: what a connection needs of it, and the real one. */
import {
  Client,
  type JsonSchemaType,
  type JsonSchemaValidator,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  type Tool,
  type Transport,
} from '@modelcontextprotocol/client';
import type { AnyTransport, ConnectorTransport, ToolsService } from '@/lib/contracts/connectors';
import { AppError } from '@/lib/platform/errors';
import { inheritedEnvironment } from '@/lib/platform/inherited-environment';
import { limits } from '@/lib/platform/limits';
import type { OutboundOptions } from '@/lib/platform/outbound';
import type { CallOrigin } from './directory';
import { openHttp } from './http';
import { visible } from './schema';
import { StdioTransport } from './stdio';

/** A tool as its server describes it, before anything of it is believed. */
export interface ForeignTool {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown> | undefined;
  annotations?: Record<string, unknown> | undefined;
}

export interface ForeignOutput {
  content: unknown[];
  structuredContent?: unknown;
  isError?: boolean | undefined;
}

export interface CallOptions {
  signal: AbortSignal;
  timeoutMs: number;
  onProgress?: ((progress: { progress: number; total?: number; message?: string }) => void) | undefined;
  /** For whom the call is; no server is told. */
  origin?: CallOrigin | undefined;
}

export interface ConnectorSession {
  readonly server: { name: string; version: string } | null;
  /** Of the tools service alone, as it is now. */
  service?(): ToolsService;
  /** One page of its tools. */
  listTools(cursor: string | undefined): Promise<{ tools: ForeignTool[]; nextCursor?: string | undefined }>;
  /** @throws AppError CONNECTOR_EXECUTION_FAILED or CALL_CANCELLED. */
  callTool(tool: ForeignTool, input: Record<string, unknown>, options: CallOptions): Promise<ForeignOutput>;
  close(): Promise<void>;
}

export interface SessionHooks {
  onToolsChanged(): void;
  /** It ended by itself, or had to be ended. Not called for `close`. */
  onEnded(because: string): void;
  onStderr(chunk: Buffer): void;
}

/** Opens a session; a test or a benchmark may give one that stays in this process. */
export type OpenSession = (
  transport: AnyTransport,
  hooks: SessionHooks,
  signal: AbortSignal,
) => Promise<ConnectorSession>;

export interface SessionOptions {
  serverEnv: NodeJS.ProcessEnv;
  version: string;
  lookup?: OutboundOptions['lookup'];
  /** The tools service, which stays in this process or has a way of its own to another. */
  openBuiltin?: ((hooks: SessionHooks) => ConnectorSession) | undefined;
}

/**
 * What a tool answers is not held against its output schema here: an agent gets what the server said, and a hostile schema
 * gets no regular expression of its own onto this thread.
 */
const trustingValidator = {
  getValidator<T>(_schema: JsonSchemaType): JsonSchemaValidator<T> {
    return () => ({ valid: true, data: undefined as T, errorMessage: undefined });
  },
};

export function createSessionOpener({ serverEnv, version, lookup, openBuiltin }: SessionOptions): OpenSession {
  return async (transport, hooks, signal) => {
    if (transport.kind === 'builtin') {
      if (!openBuiltin) throw new Error('This process has no tools service.');
      return openBuiltin(hooks);
    }
    let closing = false;
    let ended = false;
    const end = (because: string) => {
      if (closing || ended) return;
      ended = true;
      hooks.onEnded(because);
    };
    const carrier = openCarrier(transport, { serverEnv, lookup, onStderr: hooks.onStderr, onBroken: end });
    const client = new Client(
      { name: 'gatehouse', version },
      {
        capabilities: {},
        jsonSchemaValidator: trustingValidator,
        // A process that does not know the question may fall over it; over HTTP the newer revision is asked for first.
        versionNegotiation: { mode: transport.kind === 'http' ? 'auto' : 'legacy' },
        inputRequired: { autoFulfill: false },
        listChanged: {
          tools: { autoRefresh: false, debounceMs: 200, onChanged: () => hooks.onToolsChanged() },
        },
      },
    );
    client.onclose = () => end(carrier.endedBecause());
    // Told by the call it belongs to, or by the end that follows.
    client.onerror = () => undefined;
    const close = async () => {
      closing = true;
      await client.close().catch(() => undefined);
      await carrier.close();
    };
    try {
      await client.connect(carrier.transport, { timeout: limits.connectorStartMs, signal });
    } catch (error) {
      await close();
      throw startFailure(error, ended || transport.kind === 'stdio' ? carrier.endedBecause() : undefined);
    }
    return sessionOf(client, { close, carrier, onBroken: end });
  };
}

interface Carrier {
  transport: Transport;
  endedBecause(): string;
  /** What holds connections of HTTP open; a process is closed by the client. */
  close(): Promise<void>;
  isHttp: boolean;
}

function openCarrier(
  transport: ConnectorTransport,
  given: Omit<SessionOptions, 'version'> & Pick<SessionHooks, 'onStderr'> & { onBroken: (because: string) => void },
): Carrier {
  if (transport.kind === 'http') {
    const http = openHttp(transport, given);
    return {
      transport: http.transport,
      endedBecause: () => 'The connection was closed.',
      close: http.close,
      isHttp: true,
    };
  }
  const { command, args = [], env = {}, cwd } = transport;
  const stdio = new StdioTransport({
    command,
    args,
    env: { ...inheritedEnvironment(given.serverEnv), ...env },
    cwd,
    onStderr: given.onStderr,
  });
  return { transport: stdio, endedBecause: () => stdio.endedBecause, close: () => stdio.close(), isHttp: false };
}

function sessionOf(
  client: Client,
  { close, carrier, onBroken }: { close: () => Promise<void>; carrier: Carrier; onBroken: (because: string) => void },
): ConnectorSession {
  const info = client.getServerVersion();
  return {
    server: info ? { name: visible(info.name), version: visible(info.version) } : null,
    close,
    async listTools(cursor) {
      if (!client.getServerCapabilities()?.tools) return { tools: [] };
      const params = cursor === undefined ? {} : { cursor };
      const page = await client.request({ method: 'tools/list', params }, { timeout: limits.connectorStartMs });
      return { tools: page.tools, nextCursor: page.nextCursor };
    },
    async callTool(tool, input, { signal, timeoutMs, onProgress }) {
      // Its definition travels along for the headers that the newer revision mirrors from it.
      const toolDefinition: Tool = { name: tool.name, inputSchema: { ...tool.inputSchema, type: 'object' } };
      try {
        const output = await client.callTool(
          { name: tool.name, arguments: input },
          { signal, timeout: timeoutMs, toolDefinition, ...(onProgress && { onprogress: onProgress }) },
        );
        return { content: output.content, structuredContent: output.structuredContent, isError: output.isError };
      } catch (error) {
        if (signal.aborted) throw new AppError('CALL_CANCELLED', { cause: error });
        throw callFailure(error, { timeoutMs, carrier, onBroken });
      }
    },
  };
}

function callFailure(
  error: unknown,
  { timeoutMs, carrier, onBroken }: { timeoutMs: number; carrier: Carrier; onBroken: (because: string) => void },
): AppError {
  const failed = (message: string) => new AppError('CONNECTOR_EXECUTION_FAILED', { message, cause: error });
  if (error instanceof ProtocolError && error.code === ProtocolErrorCode.MissingRequiredClientCapability)
    return needsCapability(error);
  if (error instanceof ProtocolError) return failed(`The connector refused the call: ${visible(error.message)}`);
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout)
    return failed(`The connector did not answer within ${timeoutMs / 1000} seconds. The call was cancelled.`);
  if (error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed)
    return failed(`The connector ended during the call: ${carrier.endedBecause()}`);
  const because = describeFailure(error);
  // Over HTTP a session that is over shows in the call alone: open another one.
  if (carrier.isHttp) onBroken(because);
  return failed(`The connector could not be reached: ${because}`);
}

/** Gatehouse declares no capability to a connector: nothing of an agent is there for it to ask. */
function needsCapability(error: ProtocolError): AppError {
  const named = Object.keys(Object(Object(error.data).requiredCapabilities)).filter((name) => /^\w{1,40}$/.test(name));
  const needed = named.slice(0, 10);
  return new AppError('CONNECTOR_EXECUTION_FAILED', {
    message: `The tool needs what a connector cannot ask of an agent: ${needed.join(', ') || 'it does not say what'}.`,
    details: { requiredCapabilities: Object.fromEntries(needed.map((name) => [name, {}])) },
    cause: error,
  });
}

function startFailure(error: unknown, ended: string | undefined): Error {
  if (ended !== undefined && ended !== 'It was stopped.') return new Error(ended);
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout)
    return new Error(`It did not answer within ${limits.connectorStartMs / 1000} seconds.`);
  return new Error(describeFailure(error));
}

/** The innermost reason: "fetch failed" says nothing, its cause does. */
export function describeFailure(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && at.cause instanceof Error && depth < 5; depth += 1) at = at.cause;
  return visible(at instanceof Error ? at.message : String(at));
}
