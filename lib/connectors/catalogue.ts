/**
 * From what a server lists to what is offered: each tool judged and its schema made a check, and each one that is left out
 * with the reason. Bounded in tools, bytes, pages and time, and it lets the server's other work through between tools.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connector } from '@/lib/contracts/connectors';
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import { type Judged, type JudgeTool, judgeTool } from './safety';
import { type InputCheck, type SchemaCompiler, visible } from './schema';
import type { ConnectorSession, ForeignTool } from './session';

export interface DiscoveredTool extends ForeignTool {
  description: string;
  judged: Judged;
  check: InputCheck;
}

export interface Catalogue {
  tools: ReadonlyMap<string, DiscoveredTool>;
  notOffered: Connector['notOffered'];
}

export const emptyCatalogue: Catalogue = { tools: new Map(), notOffered: [] };

const nameLimit = 128;
const descriptionLimit = 8_192;
/** All schemas of one connector; one that needs longer than its share is bad already. */
const compileBudgetMs = 2_000;
const notesKept = 50;
const plainName = /^[A-Za-z0-9][A-Za-z0-9_./:@-]*$/;

/** Every page, as long as it leads on. @throws whatever the session throws. */
export async function listAllTools(session: ConnectorSession): Promise<ForeignTool[]> {
  const tools: ForeignTool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let bytes = 0;
  for (let page = 0; page < limits.connectorToolPages; page += 1) {
    const answer = await session.listTools(cursor);
    for (const { name, title, description, inputSchema, outputSchema, annotations } of answer.tools) {
      // One more than the limit, so that the catalogue can say that there were more.
      if (tools.length > limits.connectorTools) return tools;
      bytes += sizeOf(inputSchema) + sizeOf(outputSchema) + sizeOf(annotations);
      bytes += (description?.length ?? 0) + (title?.length ?? 0) + name.length;
      if (bytes > limits.connectorToolsBytes) throw new Error('The definitions of its tools are too large.');
      tools.push({ name, title, description, inputSchema, outputSchema, annotations });
    }
    cursor = answer.nextCursor;
    // An empty cursor is none, and one that came before leads round in a circle.
    if (!cursor || seen.has(cursor)) return tools;
    seen.add(cursor);
  }
  return tools;
}

export async function buildCatalogue(
  listed: readonly ForeignTool[],
  compiler: SchemaCompiler,
  judge: JudgeTool = judgeTool,
): Promise<Catalogue> {
  const tools = new Map<string, DiscoveredTool>();
  const notOffered: Array<{ name: string; reason: string }> = [];
  let left = 0;
  const leaveOut = (name: string, reason: string) => {
    left += 1;
    if (left <= notesKept) notOffered.push({ name: visible(name), reason });
  };
  let spentMs = 0;
  for (const tool of listed) {
    const problem = nameProblem(tool.name, tools);
    if (problem !== undefined) {
      leaveOut(tool.name, problem);
      continue;
    }
    if (tools.size >= limits.connectorTools) {
      leaveOut(tool.name, `a connector may offer ${limits.connectorTools} tools`);
      continue;
    }
    if (spentMs > compileBudgetMs) {
      leaveOut(tool.name, 'the schemas of this connector take too long to read');
      continue;
    }
    const started = monotonicMs();
    const compiled = compiler.compile(tool.inputSchema);
    if (!compiler.isCheap(tool.inputSchema)) spentMs += monotonicMs() - started;
    if (compiled.ok) tools.set(tool.name, discovered(tool, compiled.check, judge));
    else leaveOut(tool.name, compiled.reason);
    await nextTurn();
  }
  if (left > notesKept) notOffered.push({ name: '…', reason: `and ${left - notesKept} more` });
  return { tools, notOffered };
}

function discovered(
  { name, title, description = '', inputSchema, outputSchema, annotations }: ForeignTool,
  check: InputCheck,
  judge: JudgeTool,
): DiscoveredTool {
  const text = description.length > descriptionLimit ? `${description.slice(0, descriptionLimit)}…` : description;
  return {
    name,
    title: title && visible(title),
    description: text,
    inputSchema,
    // It is for clients to read: one that is too large for that is left out, and the tool stays.
    outputSchema: sizeOf(outputSchema) > limits.toolSchemaBytes ? undefined : outputSchema,
    annotations,
    judged: judge({ name, description: text, annotations }),
    check,
  };
}

/** A name is shown, typed, matched and put into other names: nothing in it may act or look like something else. */
function nameProblem(name: string, known: ReadonlyMap<string, unknown>): string | undefined {
  if (name === '') return 'it has no name';
  if (name.length > nameLimit) return `its name is over ${nameLimit} characters`;
  if (/\p{Cc}/u.test(name)) return 'its name holds control characters';
  if (!plainName.test(name)) return 'its name holds more than letters, digits and . _ - / : @';
  return known.has(name) ? 'another tool has the same name' : undefined;
}

function sizeOf(value: unknown): number {
  try {
    return value === undefined ? 0 : JSON.stringify(value).length;
  } catch {
    // Too deep to write down; the compiler says so.
    return 0;
  }
}
