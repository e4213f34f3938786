/** The tools service: five tools that run for somebody, whose identity comes from the tool-session record alone. */
import { z } from 'zod';
import { waitSeconds } from './calls';
import { identityClaims } from './traces';

/** Its id among the connectors. */
export const toolsConnectorId = 'tools';

export const toolNames = ['shell', 'read_file', 'write_file', 'list_files', 'http_fetch'] as const;
export type ToolName = (typeof toolNames)[number];

const path = z
  .string()
  .min(1)
  .max(4_096)
  .describe("A path in the run's directory, relative to it or absolute. Symbolic links may not lead out.");
const encoding = z.enum(['utf8', 'base64']);

/** What each tool takes. The JSON Schemas that agents see are made from these. */
export const toolInputs = {
  shell: z.strictObject({
    command: z.string().min(1).max(65_536).describe('Run by /bin/sh -c in the directory of the run.'),
    timeoutSeconds: z.number().int().min(1).max(110).optional().describe('When it is ended. Default 30.'),
  }),
  read_file: z.strictObject({ path }),
  write_file: z.strictObject({
    path,
    content: z.string().max(1_048_576),
    encoding: encoding.optional().describe('base64 for what is not text. Default utf8.'),
  }),
  list_files: z.strictObject({ path }),
  http_fetch: z.strictObject({
    url: z.string().min(1).max(8_192).describe('http or https, a public address.'),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).optional(),
    headers: z.record(z.string(), z.string().max(8_192)).optional(),
    body: z.string().max(1_048_576).optional(),
  }),
} as const;
export type ToolInput<Name extends ToolName> = z.output<(typeof toolInputs)[Name]>;

/** Present where a limit ended the command rather than the command itself. */
export const shellLimits = ['time', 'processes', 'memory'] as const;
export const toolOutputs = {
  shell: z.object({
    stdout: z.string(),
    stderr: z.string(),
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    /** True when it printed more than is kept. */
    truncated: z.boolean(),
    endedBy: z.enum(shellLimits).optional(),
    /** False, and present, where the command ran outside the sandbox. */
    sandboxed: z.literal(false).optional(),
  }),
  read_file: z.object({
    path: z.string(),
    content: z.string(),
    /** `base64` for what is not UTF-8. */
    encoding,
    /** Of the whole file, in bytes. */
    size: z.number().int(),
    truncated: z.boolean(),
  }),
  write_file: z.object({ path: z.string(), size: z.number().int() }),
  list_files: z.object({
    path: z.string(),
    entries: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['file', 'directory', 'link', 'other']),
        size: z.number().int().nullable(),
      }),
    ),
    truncated: z.boolean(),
  }),
  http_fetch: z.object({
    /** The one that answered, after redirects. */
    url: z.string(),
    status: z.number().int(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    encoding,
    truncated: z.boolean(),
  }),
} as const;
export type ToolOutput<Name extends ToolName> = z.output<(typeof toolOutputs)[Name]>;

export const executeToolBody = z.strictObject({
  tool: z.string().min(1).max(200),
  arguments: z.record(z.string(), z.unknown()).default({}),
  /** Names the tool-session record that says for whom the call is. */
  traceId: z.string().max(200),
  wait: waitSeconds,
  /** Ignored: who asks is in the record alone. */
  ...identityClaims,
});
export const executeToolResult = z.object({
  ok: z.literal(true),
  tool: z.string(),
  output: z.record(z.string(), z.unknown()),
  callId: z.string(),
  principal: z.object({ userId: z.string(), platform: z.string() }),
});
export type ExecuteToolResult = z.infer<typeof executeToolResult>;

export function isToolName(name: string): name is ToolName {
  return (toolNames as readonly string[]).includes(name);
}
