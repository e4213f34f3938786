/** Which port a run's metadata server listens on, kept for runs that outlive the server: their processes know it as an address. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DoorPorts {
  /** 0 where none is kept: the system then chooses. */
  of(runId: string): number;
  keep(runId: string, port: number): void;
  forget(runId: string): void;
}

export function createDoorPorts(dataDir: string): DoorPorts {
  const dir = join(dataDir, 'doors');
  const fileOf = (runId: string) => join(dir, `${runId}.port`);
  return {
    of(runId) {
      try {
        const port = Number(readFileSync(fileOf(runId), 'utf8'));
        return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0;
      } catch {
        return 0;
      }
    },
    keep(runId, port) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(fileOf(runId), `${port}\n`, { mode: 0o600, flush: true });
    },
    forget: (runId) => rmSync(fileOf(runId), { force: true }),
  };
}
