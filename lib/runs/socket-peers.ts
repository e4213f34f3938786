/**
 * Which processes are at the other end of a loopback connection, through /proc: any process of this machine can reach a loopback
 * port, so its number proves nothing. Empty where it cannot be told, and then nobody is let in.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { belongsToRun, type RunProcesses } from './processes';

export interface Connection {
  localAddress?: string | undefined;
  localPort?: number | undefined;
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
}

const scanSlice = 50;

/** Whether every process at the other end is of the run: a socket that was handed on is of whoever was given it too. */
export async function isSocketOfRun(connection: Connection, run: RunProcesses): Promise<boolean> {
  const pids = await peerProcesses(connection);
  return pids.length > 0 && pids.every((pid) => belongsToRun(pid, run));
}

/** Pids of all that hold the peer's socket open. */
export async function peerProcesses(connection: Connection): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const inode = peerInode(connection);
  if (inode === undefined) return [];
  const wanted = `socket:[${inode}]`;
  const holders: number[] = [];
  let seen = 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // Thousands of processes must not stop the server's other work.
    if (++seen % scanSlice === 0) await nextTurn();
    if (holds(pid, wanted)) holders.push(pid);
  }
  return holders;
}

/** The peer's own row has its address first and ours second (proc(5) `net/tcp`). A client of an IPv6 socket is in the other table. */
function peerInode({ localAddress, localPort, remoteAddress, remotePort }: Connection): string | undefined {
  const peer = hexForms(remoteAddress, remotePort);
  const own = hexForms(localAddress, localPort);
  for (const [table, at] of [
    ['/proc/net/tcp', 0],
    ['/proc/net/tcp6', 1],
  ] as const) {
    for (const line of linesOf(table)) {
      const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
      // A connection that nobody holds any more has none.
      if (local === peer[at] && remote === own[at] && inode !== '0') return inode;
    }
  }
  return undefined;
}

/** As the kernel writes an IPv4 address: its bytes as one little-endian word, alone and mapped into IPv6. */
function hexForms(address = '', port = 0): readonly [string, string] {
  const bytes = address.replace(/^::ffff:/, '').split('.');
  const word = bytes.map((byte) => hex(Number(byte), 2)).reverse();
  const end = `${word.join('')}:${hex(port, 4)}`;
  return [end, `0000000000000000FFFF0000${end}`];
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n').slice(1);
  } catch {
    return [];
  }
}

function holds(pid: number, link: string): boolean {
  const dir = `/proc/${pid}/fd`;
  try {
    return readdirSync(dir).some((fd) => linkOf(`${dir}/${fd}`) === link);
  } catch {
    return false;
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
