/** One server a data directory: two would both write the record and break its chain. A lock left by a dead process is taken over. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStartTicks } from '@/lib/runs/processes';

/** Returns the release. @throws Error with the pid of the holder. */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'server.lock');
  const mine = JSON.stringify({ pid: process.pid, startTicks: processStartTicks(process.pid) });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readHolder(path);
    if (holder && isRunning(holder)) {
      throw new Error(
        `GATEHOUSE_DATA_DIR: ${dataDir} is in use by the Gatehouse with pid ${holder.pid}. Stop that one, or give this one another directory.`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new Error(`GATEHOUSE_DATA_DIR: ${path} could not be taken over.`);
}

interface Holder {
  pid: number;
  startTicks: number | null;
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

/** The start time tells the holder from a process that got its pid later. */
function isRunning({ pid, startTicks }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return startTicks === null || processStartTicks(pid) === startTicks;
}
