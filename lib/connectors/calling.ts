/** One call of a connector's tool: sent, answered, redacted, measured. No database, no lock. */
import type { CallOutput } from '@/lib/contracts/calls';
import { countLeaks } from '@/lib/leaks/scanner';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import { AppError, executionFailed, toAppError } from '@/lib/platform/errors';
import type { ToolInvocation, ToolOutcome } from './directory';
import type { Entry } from './entry';
import type { ForeignOutput } from './session';

/** @throws AppError as `ConnectorDirectory.execute` says. */
export async function callTool(
  entry: Entry | undefined,
  invocation: ToolInvocation,
  clock: Clock,
): Promise<ToolOutcome> {
  const { toolName, input, signal, onProgress, origin } = invocation;
  const tool = entry?.catalogue.tools.get(toolName);
  if (!entry || !tool) throw executionFailed('The connector or its tool is gone.');
  if (!entry.connection) throw executionFailed(entry.error ?? 'The connector is disabled.');
  if (signal.aborted) throw new AppError('CALL_CANCELLED');
  const started = monotonicMs();
  try {
    const session = await entry.connection.session(signal);
    const timeoutMs = entry.state.limits.timeoutSeconds * 1000;
    const output = await session.callTool(tool, input, { signal, timeoutMs, onProgress, origin });
    // What comes back after the call was cancelled belongs to nobody any more.
    if (signal.aborted) throw new AppError('CALL_CANCELLED');
    const outcome = handOn(entry, output);
    entry.health.succeeded(monotonicMs() - started);
    return outcome;
  } catch (error) {
    const problem = toAppError(error);
    const { code } = problem;
    if (code === 'CALL_CANCELLED') throw problem;
    const told =
      code === 'INTERNAL'
        ? executionFailed('The answer of the connector could not be read.', error)
        : new AppError(code, {
            message: entry.redactor.text(problem.message).value,
            details: problem.details,
            cause: error,
          });
    entry.health.failed(monotonicMs() - started, told.message, clock.now());
    throw told;
  }
}

function handOn({ redactor, state }: Entry, foreign: ForeignOutput): ToolOutcome {
  const { value, count, patterns } = redactor.value(outputOf(foreign));
  const output = value as CallOutput;
  const bytes = Buffer.byteLength(JSON.stringify(output));
  const limit = state.limits.outputBytes;
  if (bytes > limit)
    throw new AppError('CONNECTOR_OUTPUT_TOO_LARGE', {
      message: `The connector answered with ${bytes} bytes; ${limit} are allowed. Ask for less at once.`,
      details: { bytes, limit },
    });
  return { output, bytes, redactions: count, leaks: countLeaks(patterns.map((pattern) => ({ pattern }))) };
}

function outputOf({ content, structuredContent, isError }: ForeignOutput): CallOutput {
  return {
    content: content.filter(isRecord),
    ...(structuredContent !== undefined && {
      // The newer revision allows any value there; here it is always an object.
      structuredContent: isRecord(structuredContent) ? structuredContent : { value: structuredContent },
    }),
    ...(isError === true && { isError }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
