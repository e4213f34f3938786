/** What the five tools are, as agents see them and as the gate judges them, and the hash by which two processes compare. */
import { z } from 'zod';
import { canonicalJson } from '@/lib/audit/canonical';
import type { ApprovalMode, SafetyClass } from '@/lib/contracts/connectors';
import { type ToolName, toolInputs, toolNames } from '@/lib/contracts/tools';
import { sha256Hex } from '@/lib/platform/secrets';

export interface ServiceTool {
  name: ToolName;
  description: string;
  inputSchema: Record<string, unknown>;
  safety: SafetyClass;
  /** The sandbox, the record's identity and its privileges bound them: an admin may hold or disable one all the same. */
  approval: ApprovalMode;
  /** Why it has its class. */
  why: string;
  /** What a run's plugin must have been granted. */
  capability: string;
}

type Told = Pick<ServiceTool, 'description' | 'safety' | 'why' | 'capability'>;

const told: Record<ToolName, Told> = {
  shell: {
    description:
      "Runs a command in the run's directory, in a sandbox without a network. Answers with what it printed and how it ended.",
    safety: 'write',
    why: 'It runs any command, bounded by its sandbox.',
    capability: 'bash',
  },
  read_file: {
    description: "Reads a file of the run's directory: text, or base64 for what is not UTF-8.",
    safety: 'read',
    why: 'It reads and changes nothing.',
    capability: 'fs:read',
  },
  write_file: {
    description: "Writes a whole file of the run's directory, and makes the folders it lies in.",
    safety: 'write',
    why: 'It replaces what a file holds.',
    capability: 'fs:write',
  },
  list_files: {
    description: "Lists a folder of the run's directory.",
    safety: 'read',
    why: 'It reads and changes nothing.',
    capability: 'fs:read',
  },
  http_fetch: {
    description: 'Requests a public http or https address and answers with its status, headers and body.',
    safety: 'write',
    why: 'It may change something where it sends to.',
    capability: 'network',
  },
};

export const serviceTools: readonly ServiceTool[] = toolNames.map((name) => ({
  name,
  ...told[name],
  approval: 'auto',
  inputSchema: jsonSchemaOf(toolInputs[name]),
}));

/** SHA-256, hex. A caller whose catalogue differs from the worker's asks for something else than it thinks. */
export const schemaHash: string = sha256Hex(
  canonicalJson(serviceTools.map(({ name, inputSchema }) => ({ name, inputSchema }))),
);

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    // Every key of a JSON object is text; said outright, it would be a keyword that is costly to check.
    override: ({ jsonSchema }) => {
      delete jsonSchema.propertyNames;
    },
  });
  return rest;
}
