/** The child of a PTY run: checked before anything exists, spawned once its row is durable, watched until it is gone. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StartRunBody } from '@/lib/contracts/runs';
import type { LeakCount } from '@/lib/leaks/scanner';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { ScreenKeeper } from '@/lib/terminal/keeper';
import { type PtyExit, spawnPty } from '@/lib/terminal/pty-process';
import { createTerminal } from '@/lib/terminal/terminal';
import { type AgentSetup, agentSetup } from './agent-setup';
import { requireDirectory, requireExecutable } from './command';
import { baseEnvironment, checkGivenEnvironment, type RunAccess, runEnvironment } from './environment';
import type { LiveRun } from './live-runs';
import { processStartTicks } from './processes';

export interface PtyPlan {
  /** The program as it was asked for. */
  command: string;
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
  awaitViewer: boolean;
}

/** Everything about the request that can be wrong. Without a `cwd` the run gets an empty directory of its own. @throws AppError */
export function planPty(
  body: StartRunBody,
  { runId, dataDir, serverEnv }: { runId: string; dataDir: string; serverEnv: NodeJS.ProcessEnv },
): PtyPlan {
  const [command, ...args] = body.command ?? [];
  if (command === undefined)
    throw new AppError('BAD_REQUEST', {
      message: 'command: required for kind "pty", as a list: the program, then its arguments.',
    });
  checkGivenEnvironment(body.env ?? {});
  const env = baseEnvironment(serverEnv, body.env ?? {});
  if (body.cwd !== undefined) requireDirectory(body.cwd);
  const cwd = body.cwd ?? join(dataDir, 'workspaces', runId);
  const file = requireExecutable(command, { cwd, path: env.PATH });
  if (body.cwd === undefined) mkdirSync(cwd, { recursive: true, mode: 0o700 });
  const { cols = limits.terminalCols, rows = limits.terminalRows, awaitViewer = false } = body;
  return { command, file, args, cwd, env, cols, rows, awaitViewer };
}

export interface SpawnDeps {
  keeper: ScreenKeeper;
  clock: Clock;
  log: Log;
  recordingPath: string;
  /** A folder for what an agent of this run needs, made when it does and gone with the run. */
  agentDir: string;
  onActivity: () => void;
  onLeaked: (leaks: LeakCount[]) => void;
}

/** @throws AppError RUN_START_FAILED when the kernel refuses the fork. */
export function spawnRun(
  run: LiveRun,
  plan: PtyPlan,
  access: RunAccess,
  { keeper, clock, log, recordingPath, agentDir, onActivity, onLeaked }: SpawnDeps,
): void {
  const { file, cwd, cols, rows, awaitViewer } = plan;
  try {
    const own = runEnvironment(plan.env, access);
    const agent = agentSetup(plan.command, { mcpUrl: `${access.url}/mcp`, dir: agentDir, given: plan.env });
    if (agent) writeAgentFiles(agent, agentDir);
    const args = [...(agent?.args ?? []), ...plan.args];
    const pty = spawnPty({ file, args, cwd, env: { ...own, ...agent?.env }, cols, rows });
    run.session = { pid: pty.pid, startTicks: processStartTicks(pty.pid) };
    const exit = new Promise<PtyExit>((resolve) => pty.onExit(resolve));
    const terminal = createTerminal({
      runId: run.id,
      pty,
      keeper,
      clock,
      cols,
      rows,
      awaitViewer,
      recordingPath,
      onActivity,
      onLeaked,
      onRecordingFailed: (message) => log.error({ runId: run.id, problem: message }, 'the recording of a run stopped'),
    });
    run.terminal = terminal;
    run.exit = exit.then((status) => terminal.joined.then(() => status));
    if (agent) void exit.then(() => rmSync(agentDir, { recursive: true, force: true }));
  } catch (error) {
    throw new AppError('RUN_START_FAILED', {
      message: 'The system refused to start the process. The log has the details.',
      cause: error,
    });
  }
}

/** Readable by the owner alone: an agent may refuse settings that others could write. */
function writeAgentFiles({ files }: AgentSetup, dir: string): void {
  if (files.length > 0) mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const { path, content } of files) writeFileSync(path, content, { mode: 0o600 });
}
