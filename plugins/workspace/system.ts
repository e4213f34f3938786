/** The connector `system`: facts of the machine Gatehouse runs on, to read. */
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const annotations = { readOnlyHint: true, openWorldHint: false };
const noInput = z.object({});

const gibibytes = (bytes: number) => Math.round((bytes / 1024 ** 3) * 10) / 10;

async function readDisk() {
  const { bsize, blocks, bavail } = await statfs(process.cwd());
  return { totalGiB: gibibytes(bsize * blocks), freeGiB: gibibytes(bsize * bavail) };
}

serveStdio(() => {
  const server = new McpServer({ name: 'gatehouse-system', version: '1.0.0' });
  server.registerTool(
    'read_load',
    {
      title: 'Read the load',
      description: 'Reads uptime, load averages and memory of this machine.',
      inputSchema: noInput,
      annotations,
    },
    () =>
      asText({
        uptimeSeconds: Math.round(os.uptime()),
        loadAverages: os.loadavg().map((load) => Math.round(load * 100) / 100),
        processors: os.availableParallelism(),
        memoryGiB: { total: gibibytes(os.totalmem()), free: gibibytes(os.freemem()) },
      }),
  );
  server.registerTool(
    'read_disk',
    {
      title: 'Read disk space',
      description: 'Reads the size and the free space of the disk Gatehouse runs on.',
      inputSchema: noInput,
      annotations,
    },
    async () => asText(await readDisk()),
  );
  server.registerTool(
    'read_versions',
    {
      title: 'Read versions',
      description: 'Reads the versions of the operating system and of Node.',
      inputSchema: noInput,
      annotations,
    },
    () => asText({ system: `${os.type()} ${os.release()}`, architecture: os.arch(), node: process.version }),
  );
  return server;
});

function asText(value: unknown) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value, null, 2) }] };
}
