/** Whether commands can be run in a sandbox on this machine: found out by running one, since nothing else tells. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toAppError } from '@/lib/platform/errors';
import { realOf } from '../paths';
import type { ShellState } from '../runner';
import { tellsChildren } from './process-tree';

import { runSandboxed, type Sandbox } from './sandboxed';

export interface Probed {
  state: ShellState;
  /** Null where there is none. */
  sandbox: Sandbox | null;
}

const probeMs = 10_000;
const install = 'Install bubblewrap (Debian and Ubuntu: apt install bubblewrap) and start Gatehouse again.';

/** `folder` is a folder of Gatehouse's own, for what every sandbox shares. Never rejects. */
export async function probeSandbox({ folder, hidden }: { folder: string; hidden: readonly string[] }): Promise<Probed> {
  if (process.platform !== 'linux') return refused('Sandboxes need Linux.');
  if (!tellsChildren())
    return refused('This kernel does not tell the children of a process, so a command could not be bounded.');
  const accounts = writeAccounts(folder);
  let because = '';
  // An older bubblewrap does not know the stricter way.
  for (const canDisableUserns of [true, false]) {
    const sandbox = { hidden: hidden.map(realOf), accounts, canDisableUserns };
    const problem = await tryOnce(sandbox);
    if (problem === null) return { state: { sandboxed: true, note: 'Commands run in bubblewrap.' }, sandbox };
    because ||= problem;
  }
  return refused(because);
}

async function tryOnce(sandbox: Sandbox): Promise<string | null> {
  const made = await mkdtemp(join(tmpdir(), 'gatehouse-sandbox-'));
  try {
    const signal = AbortSignal.timeout(probeMs);
    const order = {
      command: 'echo in the sandbox',
      runId: 'probe',
      directory: realOf(made),
      timeoutMs: probeMs,
      signal,
    };
    const { stdout, stderr, exitCode } = await runSandboxed(order, sandbox);
    if (stdout === 'in the sandbox\n' && exitCode === 0) return null;
    return why(stderr || `it ended with ${exitCode}`);
  } catch (error) {
    return why(toAppError(error).message);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** The sentence for whoever can mend it. */
function why(problem: string): string {
  const said = problem.trim().split('\n')[0]?.slice(0, 300) ?? '';
  if (/bwrap.*(No such file|not found)|execvp bwrap|ENOENT/i.test(said))
    return `bubblewrap is not installed. ${install}`;
  if (/prlimit/.test(said)) return 'prlimit is not installed, which bounds a command: install util-linux.';
  if (/namespace|Operation not permitted|Permission denied|uid map/i.test(said))
    return `This system refuses unprivileged user namespaces, which bubblewrap needs (${said}).`;
  return `A sandbox could not be made (${said}).`;
}

function refused(note: string): Probed {
  return { state: { sandboxed: false, note }, sandbox: null };
}

/** Programs ask who they are: an account without a name makes some of them fail. */
function writeAccounts(folder: string): Sandbox['accounts'] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const passwd = join(folder, 'passwd');
  const group = join(folder, 'group');
  writeFileSync(passwd, 'agent:x:1000:1000:agent:/tmp:/bin/sh\n', { mode: 0o600 });
  writeFileSync(group, 'agent:x:1000:\n', { mode: 0o600 });
  return { passwd: realOf(passwd), group: realOf(group) };
}
