/** The processes below one, and what they hold. Linux tells each process's children; whatever is in a sandbox descends from it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Pids below `root`, at most `atMost`: whoever counts a fork bomb must not follow it. */
export function descendantsOf(root: number, atMost: number): number[] {
  const found: number[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined && found.length < atMost; pid = open.pop()) {
    for (const child of childrenOf(pid)) {
      found.push(child);
      open.push(child);
    }
  }
  return found;
}

function childrenOf(pid: number): number[] {
  const children: number[] = [];
  for (const thread of namesIn(`/proc/${pid}/task`)) {
    for (const text of readText(`/proc/${pid}/task/${thread}/children`).split(' '))
      if (text !== '') children.push(Number(text));
  }
  return children;
}

/** Memory that is a process's own or shared by writing: without the programs it maps. Zero for one that is gone. */
export function memoryOf(pid: number): number {
  const status = readText(`/proc/${pid}/status`);
  let kib = 0;
  for (const [, amount] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) kib += Number(amount);
  return kib * 1024;
}

/** Whether this kernel tells children at all. */
export function tellsChildren(): boolean {
  try {
    readFileSync(`/proc/${process.pid}/task/${process.pid}/children`);
    return true;
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trimEnd();
  } catch {
    return '';
  }
}
