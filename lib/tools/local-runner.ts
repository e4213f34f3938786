/** The tools, run by this process. It decides nothing about who may call them, but checks what it is given once more. */
import { type ToolInput, type ToolName, toolInputs } from '@/lib/contracts/tools';
import { AppError, isAppError } from '@/lib/platform/errors';
import type { Log } from '@/lib/platform/log';
import type { OutboundOptions } from '@/lib/platform/outbound';
import type { Root } from './files/beneath';
import { listFiles } from './files/list-files';
import { readFile } from './files/read-file';
import { writeFile } from './files/write-file';
import { createHttpFetch } from './http-fetch';
import { realOf } from './paths';
import type { ToolOrder, ToolRunner } from './runner';
import type { probeSandbox } from './shell/probe';
import { createShell } from './shell/shell';

export interface LocalRunnerOptions {
  /** A folder of Gatehouse's own, for what every sandbox shares. */
  folder: string;
  /** Paths of what is Gatehouse's own: no tool shows them, wherever they lie. */
  hidden: readonly string[];
  log: Log;
  /** A test plays the name server, or the network. */
  outbound?: Pick<OutboundOptions, 'allowPrivateHost' | 'lookup'>;
  probe?: typeof probeSandbox;
}

export function createLocalRunner({ folder, hidden, log, outbound, probe }: LocalRunnerOptions): ToolRunner {
  const listeners = new Set<() => void>();
  const onState = () => {
    for (const listener of listeners) listener();
  };
  const shell = createShell({ folder, hidden, onState, ...(probe && { probe }) });
  const http = createHttpFetch(outbound);
  const closing = new AbortController();

  const run: { [Name in ToolName]: (order: ToolOrder, input: ToolInput<Name>) => Promise<Record<string, unknown>> } = {
    shell: (order, input) => shell.run(order, input),
    read_file: (order, { path }) => readFile(rootOf(order), path),
    write_file: (order, input) => writeFile(rootOf(order), input),
    list_files: (order, { path }) => listFiles(rootOf(order), path),
    http_fetch: (order, input) => http.fetch(input, order),
  };
  function carryOut<Name extends ToolName>(name: Name, order: ToolOrder): Promise<Record<string, unknown>> {
    const input = toolInputs[name].safeParse(order.arguments);
    if (!input.success) throw new AppError('CONNECTOR_INPUT_SCHEMA_MISMATCH');
    return run[name](order, input.data as ToolInput<Name>);
  }
  function rootOf({ directory }: ToolOrder): Root {
    return { directory: realOf(directory), hidden: hidden.map(realOf) };
  }

  return {
    async run(order) {
      const { signal } = order;
      if (signal.aborted) throw new AppError('CALL_CANCELLED');
      try {
        const output = await carryOut(order.tool, { ...order, signal: AbortSignal.any([signal, closing.signal]) });
        return { output };
      } catch (error) {
        if (isAppError(error)) throw error;
        log.error({ err: error, callId: order.callId, tool: order.tool }, 'a tool failed in a way it should not');
        throw new AppError('CONNECTOR_EXECUTION_FAILED', { message: 'The tool failed.', cause: error });
      }
    },
    shell: shell.state,
    onShellChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closing.abort(new AppError('SHUTTING_DOWN'));
      await http.close();
    },
  };
}
