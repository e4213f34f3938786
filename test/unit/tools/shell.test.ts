/** What a hostile command meets: each test is one that tries. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppError } from '@/lib/platform/errors';
import { createShell, type Shell } from '@/lib/tools/shell/shell';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { processesWithEnv } from '@/test/support/processes';
import { temporaryDir } from '@/test/support/temporary-dir';

covers('tools.sandbox', 'tools.shell-limits', 'tools.unsandboxed');

let dir: ReturnType<typeof temporaryDir>;
let shell: Shell;
const at = (...names: string[]) => path.join(dir.path, ...names);
const directory = () => at('run');
const never = new AbortController().signal;
const unsandboxedExec = 1n << 2n;

beforeAll(() => {
  dir = temporaryDir();
  for (const name of ['run', 'data', 'run/data-inside']) mkdirSync(at(name));
  writeFileSync(at('data', 'master-key'), 'the master key');
  writeFileSync(at('run', 'data-inside', 'key'), 'the other key');
  shell = createShell({
    folder: at('sandbox'),
    hidden: [at('data'), at('run', 'data-inside')],
    onState: () => undefined,
  });
});
afterAll(() => dir.remove());

let calls = 0;
function run(command: string, { signal = never, timeoutSeconds = 20, using = shell, privileges = 0n } = {}) {
  calls += 1;
  const order = {
    callId: `call_${process.pid}_${calls}`,
    runId: `run_${process.pid}`,
    traceId: 'trace',
    tool: 'shell',
    arguments: {},
    principal: { userId: 'dana', platform: 'test' },
    privileges,
    directory: directory(),
    timeoutMs: 60_000,
    signal,
  } as const;
  return using.run(order, { command, timeoutSeconds });
}
const runProcesses = () => processesWithEnv('GATEHOUSE_RUN_ID', `run_${process.pid}`);
const isGone = () => eventually(() => runProcesses().length === 0);

it('answers with both outputs and the exit code, in the directory of the run, as nobody of the host', async () => {
  const answer = await run('echo out; echo err >&2; pwd; id -un; touch made; exit 3');
  expect(answer).toEqual({
    stdout: `out\n${directory()}\nagent\n`,
    stderr: 'err\n',
    exitCode: 3,
    signal: null,
    truncated: false,
  });
  expect(existsSync(at('run', 'made'))).toBe(true);
  expect(shell.state()).toMatchObject({ sandboxed: true });
});

it('gives a command nothing of the server: no secret in its environment, no process, no privilege', async () => {
  const { stdout } = await run(
    `env | cut -d= -f1 | sort | tr '\\n' ' '; echo; for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/environ; done; grep CapEff /proc/self/status; unshare -U true`,
  );
  const [names = '', ...rest] = stdout.split('\n');
  // What the shell itself sets is its own.
  const own = ['', '_', 'PWD', 'OLDPWD', 'SHLVL'];
  expect(names.split(' ').filter((name) => !own.includes(name))).toEqual(['GATEHOUSE_RUN_ID', 'HOME', 'LANG', 'PATH']);
  expect(rest.join('\n')).not.toContain('VITEST');
  expect(rest.join('\n')).toMatch(/CapEff:\s+0{16}$/m);
  const { stdout: seen } = await run(`ls -d /proc/[0-9]* | wc -l; ls /proc/${process.pid}/environ`);
  expect(Number(seen.split('\n')[0])).toBeLessThan(6);
});

it('lets a command write in its directory and in its own /tmp alone', async () => {
  const outside = [at('data'), dir.path, '/etc', '/usr', '/', '/dev', '/root', '/var'];
  const { stdout } = await run(
    `for d in ${outside.join(' ')}; do (echo x >"$d/written") 2>/dev/null && echo "wrote $d"; done; echo x >/tmp/mine && cat /tmp/mine`,
  );
  // In /tmp its parent is a folder of the sandbox's own, and nothing of the host.
  expect(stdout).toBe(`wrote ${dir.path}\nx\n`);
  expect(existsSync(at('written'))).toBe(false);
  expect(existsSync('/tmp/mine')).toBe(false);
});

it('hides the data directory beside and inside the directory of the run', async () => {
  const { stdout, stderr } = await run(
    `cat ${at('data', 'master-key')} ${at('run', 'data-inside', 'key')} data-inside/key /etc/shadow; ls -A data-inside; mv data-inside moved; ln data-inside/key hard; ls moved`,
  );
  expect(stdout).toBe('');
  expect(stderr).toContain('No such file');
  expect(readFileSync(at('run', 'data-inside', 'key'), 'utf8')).toBe('the other key');
});

it('has no network: what listens on the loopback of the host is not there', async () => {
  let reached = 0;
  const server = createServer(() => {
    reached += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { stdout } = await run(
    `command -v bash >/dev/null && bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}' 2>/dev/null && echo reached; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '`,
  );
  server.close();
  expect(stdout).toBe('lo\n');
  expect(reached).toBe(0);
});

it('keeps the first of an endless output, drains the rest, and ends it by time', async () => {
  const answer = await run('yes x', { timeoutSeconds: 1 });
  expect(answer).toMatchObject({ exitCode: null, signal: 'SIGKILL', endedBy: 'time', truncated: true });
  expect(answer.stdout.length).toBe(256 * 1024);
  await isGone();
});

it('ends a fork bomb', async () => {
  // It doubles as the real one does, and stops by itself at some five hundred: one that is never counted must not take the machine.
  const bomb = 'bomb() { [ "$1" = 0 ] || { bomb $(($1 - 1)) & bomb $(($1 - 1)) & }; sleep 20; }; bomb 8';
  const answer = await run(bomb);
  // Root's children are counted by the guard; those of others already cannot fork beyond their limit.
  expect(answer.endedBy === 'processes' || answer.stderr.includes('fork')).toBe(true);
  await isGone();
});

it('ends what takes more memory than a command may have', async () => {
  const answer = await run('for i in 1 2 3 4; do head -c 1000000000 /dev/zero | tail & done; wait', {
    timeoutSeconds: 20,
  });
  expect(answer.endedBy).toBe('memory');
});

it('fails a file that grows without end', async () => {
  const answer = await run(
    'head -c 400000000 /dev/zero >big; ls -s big | cut -d" " -f1; rm big; head -c 100000000 /dev/zero >/tmp/big && echo all',
  );
  expect(Number(answer.stdout)).toBeLessThanOrEqual(256 * 1024 + 8);
});

it('leaves nothing behind: a child that forked twice and chose a session of its own goes with its command', async () => {
  const { stdout } = await run('(setsid sh -c "sleep 300 & sleep 300" >/dev/null 2>&1 &) ; echo done');
  expect(stdout).toBe('done\n');
  await isGone();
});

it('ends within moments when its call is cancelled, however it hides, and at whatever moment', async () => {
  for (const afterMs of [0, 3, 8, 200]) {
    const cancel = new AbortController();
    const work = run('trap "" TERM HUP INT; (setsid sleep 300 &); sleep 300', { signal: cancel.signal });
    setTimeout(() => cancel.abort(), afterMs);
    await expect(work).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await isGone();
  }
});

it('says so where the sandbox itself fails, and runs nothing', async () => {
  const order = run(`${'x'.repeat(200_000)}`);
  await expect(order).rejects.toMatchObject({ code: 'CONNECTOR_EXECUTION_FAILED' });
  await expect(run('echo a\0b')).rejects.toMatchObject({ code: 'CONNECTOR_EXECUTION_FAILED' });
});

it('is refused where there is no sandbox, and runs outside of one for a principal that may, saying so', async () => {
  const note = 'bubblewrap is not installed.';
  const bare = createShell({
    folder: at('bare'),
    hidden: [],
    onState: () => undefined,
    probe: async () => ({ state: { sandboxed: false, note }, sandbox: null }),
  });
  const refused = await run('touch ran', { using: bare }).catch((error: AppError) => error);
  expect(refused).toMatchObject({ code: 'PRIVILEGE_REQUIRED', details: { privilege: 'UNSANDBOXED_EXEC' } });
  expect(existsSync(at('run', 'ran'))).toBe(false);
  expect(bare.state()).toEqual({ sandboxed: false, note });

  const may = { using: bare, privileges: unsandboxedExec };
  const answer = await run('echo out; env | cut -d= -f1 | grep -c VITEST; (setsid sleep 300 &); exit 2', may);
  expect(answer).toMatchObject({ stdout: 'out\n0\n', exitCode: 2, sandboxed: false });
  await isGone();
  expect(await run('(setsid sleep 300 &); sleep 300', { ...may, timeoutSeconds: 1 })).toMatchObject({
    endedBy: 'time',
  });
  await isGone();
});
