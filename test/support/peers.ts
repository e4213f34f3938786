/** The real MCP servers of test/peers, which `node bin/setup.mjs test` installs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ConnectorTransport } from '@/lib/contracts/connectors';
import { repositoryRoot } from './server';

type Stdio = Extract<ConnectorTransport, { kind: 'stdio' }>;

const modules = path.join(repositoryRoot, 'test', 'peers', 'node_modules');

/** A file of an installed peer, such as `@modelcontextprotocol/server-everything/dist/index.js`. */
export function peerFile(name: string): string {
  const file = path.join(modules, name);
  if (!existsSync(file)) throw new Error(`${name} is not installed. Run: node bin/setup.mjs test`);
  return file;
}

export function everythingServer(): Stdio {
  return {
    kind: 'stdio',
    command: process.execPath,
    args: [peerFile('@modelcontextprotocol/server-everything/dist/index.js'), 'stdio'],
  };
}

export function filesystemServer(folder: string): Stdio {
  return {
    kind: 'stdio',
    command: process.execPath,
    args: [peerFile('@modelcontextprotocol/server-filesystem/dist/index.js'), folder],
  };
}

/** A server of our own that misbehaves as `mode` says; see test/fixtures/mcp. */
export function hostileServer(mode = 'plain', ...more: string[]): Stdio {
  const file = path.join(repositoryRoot, 'test', 'fixtures', 'mcp', 'hostile-stdio.mjs');
  return { kind: 'stdio', command: process.execPath, args: [file, mode, ...more] };
}
