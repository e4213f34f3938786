/** `gatehouse run` and `attach`: a real command behind a real server, on pipes and on a real terminal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '@/lib/contracts/runs';
import { exitCodes } from '@/server/cli/exit-codes';
import { type CliOnTerminal, cliEnv, runCli, runCliOnTerminal } from '@/test/support/cli';
import { eventually } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { processesWithEnv } from '@/test/support/processes';
import { admin, startServer, type TestServer } from '@/test/support/server';

let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  env = cliEnv(server);
});
afterAll(() => server.stop());

const onPipes = (words: string[], { input, more = [] }: { input?: string; more?: string[] } = {}) =>
  runCli({ args: ['run', ...more, '--', ...words], env, input });
const onTerminal = (...words: string[]) => runCliOnTerminal({ args: ['run', '--', ...words], env });
const revoke = (id: string) => orchestrator.call('runs.revoke', { params: { id }, body: { reason: 'drill' } });

/** The id of the run that a command line on a terminal has started. */
async function runIdOf(cli: CliOnTerminal): Promise<string> {
  return (await cli.shows(/run_\w+/)).trim();
}

async function startDetached(...words: string[]): Promise<string> {
  const { stdout } = await onPipes(words, { more: ['--detach'] });
  return stdout.trim();
}

describe('on pipes', () => {
  it.each([
    ['its exit code', 'exit 7', 7],
    ['128 and the number of its signal', 'kill -9 $$', 137],
  ])('a run gives %s', async (_, script, code) => {
    expect(await onPipes(['sh', '-c', script])).toMatchObject({ code, stdout: '' });
  });

  it('a run that is over at once loses no byte', async () => {
    expect(await onPipes(['echo', 'short'])).toMatchObject({ code: 0, stdout: 'short\r\n' });
  });

  it('a run that writes more than a screen loses no byte and repeats none', async () => {
    const expected = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\r\n`).join('');
    for (let round = 0; round < 3; round++) {
      const { code, stdout } = await onPipes(['seq', '100000']);
      expect({ code, same: stdout === expected, length: stdout.length }).toEqual({
        code: 0,
        same: true,
        length: expected.length,
      });
    }
  });

  it('a run reads standard input to its end', async () => {
    const { code, stdout } = await onPipes(['sh', '-c', 'stty -echo; printf go; sort'], { input: 'b\na' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/a\r\nb\r\n$/);
  });

  it('a run takes its directory, its variables and its limits from the options', async () => {
    const options = [
      '--title',
      'Told',
      '--project',
      'p1',
      '--user',
      'kim',
      '--ttl',
      '15m',
      '--budget',
      '2.5',
      '--cwd',
      '/',
      '--env',
      'COLOUR=red',
      '--json',
    ];
    const { code, stdout } = await onPipes(['sh', '-c', 'test "$PWD$COLOUR" = /red'], { more: options });
    expect(code).toBe(0);
    const ended = run.parse(JSON.parse(stdout));
    expect(ended).toMatchObject({
      title: 'Told',
      projectId: 'p1',
      status: 'completed',
      exitCode: 0,
      cwd: '/',
      budget: { limitUsd: 2.5 },
    });
    expect(Date.parse(ended.expiresAt) - Date.parse(ended.startedAt)).toBe(900_000);
  });

  it.each([
    ['a program that does not exist', ['no-such-program'], [], exitCodes.commandNotFound, 'COMMAND_NOT_FOUND'],
    ['a directory that does not exist', ['ls'], ['--cwd', '/no/such'], exitCodes.runFailed, 'BAD_CWD'],
    ['a wrong duration', ['ls'], ['--ttl', '5s'], exitCodes.usage, '1m to 24h'],
  ])('%s is refused with an exit code no command has', async (_, words, more, code, text) => {
    expect(await onPipes(words, { more })).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(text) });
  });

  it('a revoked run says so and exits with 123, with no process left', async () => {
    const ended = onPipes(['sh', '-c', "trap '' HUP TERM; setsid sleep 998 & echo ready; sleep 998"], {
      more: ['--title', 'Stubborn'],
    });
    const { id } = await eventually(async () => {
      const { items } = await orchestrator.call('runs.list', { query: { q: 'Stubborn', status: 'live' } });
      const found = items.find((item) =>
        processesWithEnv('GATEHOUSE_RUN_ID', item.id).some(({ command }) => command === 'sleep 998'),
      );
      if (!found) throw new Error('The run has not started yet.');
      return found;
    });
    await revoke(id);
    expect(await ended).toMatchObject({
      code: exitCodes.runRevoked,
      stderr: expect.stringContaining('revoked: drill'),
    });
    expect(processesWithEnv('GATEHOUSE_RUN_ID', id)).toEqual([]);
  });

  it('a key that may only read watches, and types nothing', async () => {
    const { key } = await operator.call('serviceKeys.create', { body: { name: 'watcher', scopes: ['runs:read'] } });
    const id = await startDetached('sh', '-c', 'echo watched; read line; echo "got $line"');
    const watching = runCli({ args: ['attach', id], env: { ...env, GATEHOUSE_SERVICE_KEY: key }, input: 'typed\n' });
    await eventually(async () => {
      const { items } = await orchestrator.call('audit.list', { query: { target: id, action: 'socket.open' } });
      expect(items).toHaveLength(1);
    });
    await revoke(id);
    const { code, stdout, stderr } = await watching;
    expect({ code, stdout }).toEqual({ code: exitCodes.runRevoked, stdout: expect.not.stringContaining('got') });
    expect(stderr).toContain('Watching only');
  });
});

describe('on a terminal', () => {
  it('keys, Ctrl-C and the size reach the run', async () => {
    const cli = onTerminal('bash', '--norc');
    await runIdOf(cli);
    cli.type('echo A$((40+2)); stty size\r');
    await cli.shows(/A42\s+24 90/);
    cli.resize(100, 30);
    cli.type('stty size\r');
    await eventually(async () => {
      cli.type('stty size\r');
      expect(cli.output()).toMatch(/30 100/);
    });
    cli.type('sleep 997\r');
    await cli.shows(/sleep 997/);
    cli.type('\u0003');
    await cli.shows(/\^C/);
    cli.type('exit 6\r');
    expect(await cli.exit).toBe(6);
  });

  it('Enter ~ . leaves a run that goes on, and attach restores its screen', async () => {
    const cli = onTerminal('bash', '--norc');
    const id = await runIdOf(cli);
    cli.type("PS1='ready> '; echo left$((1+1))\r");
    await cli.shows(/left2[\s\S]*ready> /);
    cli.type('\r~.');
    await cli.shows(/The run goes on/);
    expect(await cli.exit).toBe(0);
    const again = runCliOnTerminal({ args: ['attach', id], env });
    await again.shows(/left2/);
    await again.shows(/ready> /);
    again.type('exit 5\r');
    expect(await again.exit).toBe(5);
  });

  it('a bare line feed stays one, as full-screen programs need it', async () => {
    const cli = onTerminal('bash', '-c', "stty -onlcr; printf 'down\\nhere\\r\\n'");
    await cli.shows(/down\nhere\r\n/);
    expect(await cli.exit).toBe(0);
  });

  it('Ctrl-C is answered while the run floods the terminal', async () => {
    const cli = onTerminal('yes');
    await cli.shows(/y\r\ny\r\ny/);
    cli.type('\u0003');
    expect(await cli.exit).toBe(130);
  });

  it('a revoked full-screen program leaves the terminal as it was', async () => {
    const cli = onTerminal(
      'bash',
      '--norc',
      '-c',
      "printf '\\033[?1049h\\033[?25l\\033[?1002h\\033[2J'; echo drawn; sleep 996",
    );
    const id = await runIdOf(cli);
    await cli.shows(/drawn/);
    await revoke(id);
    await cli.shows(/revoked: drill/);
    expect(await cli.exit).toBe(exitCodes.runRevoked);
    for (const sequence of ['\u001b[?25h', '\u001b[?1002l', '\u001b[?1049l']) expect(cli.output()).toContain(sequence);
  });

  it('SIGTERM to the command line gives the terminal back and leaves the run', async () => {
    const cli = onTerminal('sh', '-c', 'echo begun; sleep 995');
    const id = await runIdOf(cli);
    await cli.shows(/begun/);
    cli.kill('SIGTERM');
    await cli.shows(/The run goes on/);
    expect(await cli.exit).toBe(143);
    expect((await orchestrator.call('runs.get', { params: { id } })).status).toBe('active');
    await revoke(id);
  });
});
