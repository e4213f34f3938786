/** Whether a connector can be started and asked for its tools: tried once, beside whatever of it runs. */
import type { z } from 'zod';
import type { testConnectorResult } from '@/lib/contracts/connectors';
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import { buildCatalogue, listAllTools } from './catalogue';
import type { Entry } from './entry';
import type { SchemaCompiler } from './schema';
import { describeFailure, type OpenSession } from './session';

export async function testEntry(
  { transport, redactor, stderr, judge }: Entry,
  { open, compiler }: { open: OpenSession; compiler: SchemaCompiler },
): Promise<z.infer<typeof testConnectorResult>> {
  const started = monotonicMs();
  const took = () => Math.round(monotonicMs() - started);
  try {
    if (!transport) throw new Error('Its secrets cannot be opened: the master key has changed. Enter them again.');
    const deadline = AbortSignal.timeout(limits.connectorStartMs);
    const ignore = () => undefined;
    const hooks = { onStderr: (chunk: Buffer) => stderr.push(chunk), onToolsChanged: ignore, onEnded: ignore };
    const session = await open(transport, hooks, deadline);
    try {
      const { tools } = await buildCatalogue(await listAllTools(session), compiler, judge);
      return { ok: true, tools: tools.size, tookMs: took() };
    } finally {
      await session.close();
    }
  } catch (error) {
    return { ok: false, tools: 0, tookMs: took(), error: redactor.text(describeFailure(error)).value };
  }
}
