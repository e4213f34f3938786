/** The tools service as a connector: what it offers, and how an authorised call becomes an order. */
import type { JudgeTool } from '@/lib/connectors/safety';
import type { ConnectorSession, ForeignOutput, ForeignTool, SessionHooks } from '@/lib/connectors/session';
import type { ToolsService } from '@/lib/contracts/connectors';
import { isToolName, type ToolName, toolsConnectorId } from '@/lib/contracts/tools';
import { AppError, executionFailed } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { serviceTools } from './catalogue';
import type { ToolRunner } from './runner';
import { summaryOf } from './summary';

export interface ToolsServiceOptions {
  runner: ToolRunner;
  /** As it is now: a tools service that is started moves it. */
  runsIn(): ToolsService['runsIn'];
  /** Where the calls of a live run may read and write. @throws AppError RUN_NOT_ACTIVE, CONNECTOR_EXECUTION_FAILED. */
  directoryOf(runId: string): string;
}

const listed: readonly ForeignTool[] = serviceTools.map(({ name, description, inputSchema }) => {
  return { name, description, inputSchema };
});

export function createToolsService({ runner, runsIn, directoryOf }: ToolsServiceOptions) {
  /** A runner that is not sure yet is asked by the call itself. */
  const needsSandboxPrivilege = () => runner.shell()?.sandboxed === false;

  const judge: JudgeTool = ({ name }) => {
    const tool = serviceTools.find((each) => each.name === name);
    if (!tool) throw new Error(`the tools service has no tool ${name}`);
    const { safety, approval, why, capability } = tool;
    return { safety, approval, why, capability, privilege: privilegeOf(tool.name, needsSandboxPrivilege()) };
  };

  function open(hooks: SessionHooks): ConnectorSession {
    const closing = new AbortController();
    const stopListening = runner.onShellChanged(() => hooks.onToolsChanged());
    return {
      server: null,
      service: () => ({ runsIn: runsIn(), shell: runner.shell() }),
      listTools: async () => ({ tools: [...listed] }),
      async callTool({ name }, input, { signal, timeoutMs, origin }) {
        if (!origin || origin.traceId === null || !isToolName(name)) throw new AppError('IDENTITY_UNKNOWN');
        const allowedMs = Math.min(timeoutMs, limits.toolTimeoutMs);
        const deadline = AbortSignal.timeout(allowedMs);
        const { callId, runId, traceId, principal, privileges } = origin;
        try {
          const { output } = await runner.run({
            ...{ callId, runId, traceId, principal, privileges, tool: name, arguments: input },
            directory: directoryOf(runId),
            timeoutMs: allowedMs,
            signal: AbortSignal.any([signal, deadline, closing.signal]),
          });
          return answerOf(name, output);
        } catch (error) {
          if (signal.aborted) throw new AppError('CALL_CANCELLED', { cause: error });
          if (closing.signal.aborted) throw executionFailed('The tools service was stopped during the call.', error);
          if (deadline.aborted)
            throw executionFailed(`It did not end within ${allowedMs / 1_000} seconds, and was ended.`, error);
          throw error;
        }
      },
      async close() {
        stopListening();
        closing.abort();
      },
    };
  }

  return {
    open,
    bundled: {
      id: toolsConnectorId,
      name: 'Tools service',
      transport: { kind: 'builtin' },
      known: {
        judge,
        tools: listed,
        limits: { outputBytes: limits.toolOutputBytes, timeoutSeconds: limits.toolTimeoutMs / 1_000 },
      },
    } as const,
  };
}

function privilegeOf(name: ToolName, shellHasNoSandbox: boolean) {
  switch (name) {
    // They touch the host's files from the service's own process, outside of any sandbox.
    case 'read_file':
    case 'write_file':
    case 'list_files':
      return 'FILE_OPS';
    case 'shell':
      return shellHasNoSandbox ? 'UNSANDBOXED_EXEC' : undefined;
    case 'http_fetch':
      return undefined;
  }
}

/** The first block is for lists and for people; what the tool answered is the structured part. */
function answerOf(name: ToolName, output: Record<string, unknown>): ForeignOutput {
  return { content: [{ type: 'text', text: summaryOf(name, output) }], structuredContent: output };
}
