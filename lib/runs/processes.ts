/**
 * Finding and ending every process of a run. A process belongs to a run when its environment says so, when it is in the
 * session of the run's terminal, or when it descends from one that does: a child that double-forked and called setsid keeps
 * its environment, one that cleared its environment keeps its session or its parent. Linux, through /proc; elsewhere only the
 * terminal's own process group is reached.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';

export interface RunProcesses {
  runId: string;
  /** The leader of the terminal's session, with its start time so that a reused pid is not taken for it. */
  session: { pid: number; startTicks: number | null } | null;
}

export interface EndedProcesses {
  ended: number;
  /** Pids that outlived SIGKILL until the deadline: only uninterruptible sleep in the kernel does. */
  left: number[];
}

interface ProcessInfo {
  pid: number;
  parent: number;
  session: number;
  startTicks: number;
  runId: string | null;
}

const pollMs = 10;
const scanSlice = 200;
const marker = 'GATEHOUSE_RUN_ID=';

async function scanProcesses(): Promise<ProcessInfo[]> {
  if (process.platform !== 'linux') return [];
  const found: ProcessInfo[] = [];
  let seen = 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // Thousands of processes must not stop the server's other work.
    if (++seen % scanSlice === 0) await nextTurn();
    const stat = readStat(pid);
    if (stat) found.push({ ...stat, runId: readRunId(pid) });
  }
  return found;
}

/** Which of the scanned processes belong to the run. */
function processesOf(run: RunProcesses, all: ProcessInfo[]): ProcessInfo[] {
  const leader = run.session && all.find(({ pid }) => pid === run.session?.pid);
  const sessionIsOurs =
    run.session !== null &&
    (!leader || run.session.startTicks === null || leader.startTicks === run.session.startTicks);
  const members = new Map<number, ProcessInfo>();
  for (const info of all) {
    if (info.pid === process.pid) continue;
    if (info.runId === run.runId || (sessionIsOurs && info.session === run.session?.pid)) members.set(info.pid, info);
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const info of all) {
      if (info.pid === process.pid || members.has(info.pid) || !members.has(info.parent)) continue;
      // A descendant that carries another run's mark is that run's.
      if (info.runId !== null && info.runId !== run.runId) continue;
      members.set(info.pid, info);
      grew = true;
    }
  }
  return [...members.values()];
}

export interface ProcessTable {
  /** The processes of each run, by run id, from one scan. */
  count(runs: RunProcesses[]): Promise<Map<string, number>>;
  /** Run ids found in the environment of any process. */
  markedRuns(): Promise<string[]>;
  /** SIGHUP, then SIGTERM, then SIGKILL until nothing is left. Counts each process once. */
  end(run: RunProcesses): Promise<EndedProcesses>;
}

export function createProcessTable(): ProcessTable {
  let scanToCome: Promise<ProcessInfo[]> | null = null;
  /** A scan that starts after the call, shared by everybody who asks before it does: a thousand revokes need one, not a thousand. */
  function scan(): Promise<ProcessInfo[]> {
    scanToCome ??= nextTurn().then(() => {
      scanToCome = null;
      return scanProcesses();
    });
    return scanToCome;
  }
  return {
    async count(runs) {
      const all = await scan();
      return new Map(runs.map((run) => [run.runId, processesOf(run, all).length]));
    },
    async markedRuns() {
      return [...new Set((await scan()).flatMap(({ runId }) => (runId === null ? [] : [runId])))];
    },
    end: (run) => (process.platform === 'linux' ? endProcesses(run, scan) : endProcessGroup(run)),
  };
}

async function endProcesses(run: RunProcesses, scan: () => Promise<ProcessInfo[]>): Promise<EndedProcesses> {
  const ended = new Set<string>();
  const find = async () => {
    const members = processesOf(run, await scan());
    for (const info of members) ended.add(identity(info));
    return members;
  };

  for (const [signal, graceMs] of [
    ['SIGHUP', limits.hangupGraceMs],
    ['SIGTERM', limits.terminateGraceMs],
  ] as const) {
    const members = await find();
    if (members.length === 0) return { ended: ended.size, left: [] };
    for (const { pid } of members) {
      send(pid, signal);
      // A stopped process would only hear the signal once continued.
      send(pid, 'SIGCONT');
    }
    await untilGone(members, graceMs);
  }
  const deadline = monotonicMs() + limits.killDeadlineMs;
  for (;;) {
    const members = await freeze(find);
    if (members.length === 0) return { ended: ended.size, left: [] };
    for (const { pid } of members) send(pid, 'SIGKILL');
    await untilGone(members, pollMs * 10);
    if (monotonicMs() > deadline) return { ended: ended.size, left: (await find()).map(({ pid }) => pid) };
  }
}

/** Stops what it finds until a scan finds nothing new: a fork bomb would otherwise outrun the killing. */
async function freeze(find: () => Promise<ProcessInfo[]>): Promise<ProcessInfo[]> {
  const stopped = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const members = await find();
    const fresh = members.filter((info) => !stopped.has(identity(info)));
    if (fresh.length === 0) return members;
    for (const info of fresh) {
      send(info.pid, 'SIGSTOP');
      stopped.add(identity(info));
    }
  }
  return find();
}

async function untilGone(members: ProcessInfo[], atMostMs: number): Promise<void> {
  const deadline = monotonicMs() + atMostMs;
  let rest = members;
  while (monotonicMs() < deadline) {
    rest = rest.filter((info) => readStat(info.pid)?.startTicks === info.startTicks);
    if (rest.length === 0) return;
    await wait(pollMs);
  }
}

async function endProcessGroup({ session }: RunProcesses): Promise<EndedProcesses> {
  if (!session || !send(-session.pid, 'SIGHUP')) return { ended: 0, left: [] };
  await wait(limits.hangupGraceMs);
  send(-session.pid, 'SIGKILL');
  return { ended: 1, left: [] };
}

function identity({ pid, startTicks }: ProcessInfo): string {
  return `${pid}:${startTicks}`;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Fields of proc(5) `stat`; null for a process that is gone or only waits to be reaped. */
function readStat(pid: number): Omit<ProcessInfo, 'runId'> | null {
  const text = readText(`/proc/${pid}/stat`);
  // The name in parentheses may itself hold spaces and parentheses.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return null;
  return { pid, parent: Number(fields[1]), session: Number(fields[3]), startTicks: Number(fields[19]) };
}

/** When the process started, in clock ticks since boot; null when it is gone. */
export function processStartTicks(pid: number): number | null {
  return process.platform === 'linux' ? (readStat(pid)?.startTicks ?? null) : null;
}

/**
 * Whether a process is of the run: it carries the run's mark or is in the session of its terminal, or the nearest of those it
 * descends from that says anything does. False where nothing can be read of it.
 */
export function belongsToRun(pid: number, { runId, session }: RunProcesses): boolean {
  for (let at = pid; at > 1 && at !== process.pid; ) {
    const stat = readStat(at);
    if (!stat) return false;
    const mark = readRunId(at);
    if (mark !== null) return mark === runId;
    if (session !== null && stat.session === session.pid && isSameLeader(session)) return true;
    at = stat.parent;
  }
  return false;
}

/** True also for a leader that is gone: its session goes on without it, and its number is not given away meanwhile. */
function isSameLeader({ pid, startTicks }: NonNullable<RunProcesses['session']>): boolean {
  const leader = readStat(pid);
  return !leader || startTicks === null || leader.startTicks === startTicks;
}

function readRunId(pid: number): string | null {
  const environment = readText(`/proc/${pid}/environ`);
  if (!environment) return null;
  const start = environment.startsWith(marker) ? 0 : environment.indexOf(`\0${marker}`) + 1;
  if (start === 0 && !environment.startsWith(marker)) return null;
  const end = environment.indexOf('\0', start);
  return environment.slice(start + marker.length, end === -1 ? undefined : end);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
