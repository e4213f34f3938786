/** The journaling connector of test/fixtures/mcp: what reached a connector, as the connector itself knows it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually';
import type { TestClient } from './http-client';
import { repositoryRoot, type TestServer } from './server';

export const generousLimits = { callsPerMinute: 1_000_000, callsPerRun: 1_000_000 };

export async function addJournal(
  server: TestServer,
  admin: TestClient,
  { id = 'journal', file = path.join(server.dataDir, 'journal.log') } = {},
) {
  const transport = {
    kind: 'stdio' as const,
    command: process.execPath,
    args: [path.join(repositoryRoot, 'test/fixtures/mcp/journal.mjs')],
    env: { JOURNAL: file },
  };
  await admin.call('connectors.create', { body: { id, name: id, transport, limits: generousLimits } });
  await eventually(async () => (await admin.call('connectors.get', { params: { id } })).status === 'ready');
  return {
    /** `<tool> <nonce>`, a line a call, and `cancelled …`. */
    lines: () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []),
  };
}
