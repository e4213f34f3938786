import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of its own for one test, with the way to remove it. */
export function temporaryDir(): { path: string; remove(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'gatehouse-test-'));
  return { path: dir, remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }) };
}
