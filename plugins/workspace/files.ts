/** The connector `files`: an MCP server over stdio for one folder, its first argument. */
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { openFileRoot } from './files/root';

const [root] = process.argv.slice(2);
if (!root) {
  process.stderr.write('Usage: files.mjs <folder>\n');
  process.exit(2);
}
const files = await openFileRoot(root);

const path = z.string().max(1024).describe('Relative to the folder, such as notes/today.md.');

serveStdio(() => {
  const server = new McpServer({ name: 'gatehouse-files', version: '1.0.0' });
  server.registerTool(
    'list_files',
    {
      title: 'List files',
      description: 'Lists what is in a folder: names, kinds and sizes.',
      inputSchema: z.object({ path: path.default('.') }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (input) => answer(() => files.list(input.path)),
  );
  server.registerTool(
    'read_file',
    {
      title: 'Read a file',
      description: 'Reads a text file of at most 128 KiB.',
      inputSchema: z.object({ path }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (input) => answer(() => files.read(input.path)),
  );
  server.registerTool(
    'write_file',
    {
      title: 'Write a file',
      description: 'Writes a text file of at most 256 KiB, in place of one of the same name, and makes its folders.',
      inputSchema: z.object({ path, content: z.string() }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    async (input) => answer(() => files.write(input.path, input.content)),
  );
  return server;
});

/** What went wrong is an answer of the tool: the agent reads it and can do better. */
async function answer(work: () => Promise<string>) {
  try {
    return { content: [{ type: 'text' as const, text: await work() }] };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { content: [{ type: 'text' as const, text }], isError: true };
  }
}
