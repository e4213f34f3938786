import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createBody, type RunOptions } from '@/server/cli/commands/run';
import { completionScript, shells } from '@/server/cli/completion';
import type { CliContext } from '@/server/cli/context';
import { exitCodes } from '@/server/cli/exit-codes';
import { createProgram } from '@/server/cli/program';

function contextOf(env: Record<string, string> = {}): CliContext & { printed: () => string } {
  let text = '';
  const stream = () => {
    const through = new PassThrough();
    through.on('data', (chunk) => {
      text += String(chunk);
    });
    return through as PassThrough & NodeJS.WriteStream & NodeJS.ReadStream;
  };
  return {
    env,
    cwd: '/work/here',
    home: '/nonexistent',
    userName: 'dana',
    clock: { now: () => 0 },
    stdin: stream(),
    stdout: stream(),
    stderr: stream(),
    setExitCode: () => undefined,
    printed: () => text,
  };
}

const options: RunOptions = { project: 'default' };

describe('gatehouse run', () => {
  it('starts the words after -- here, for this user, and awaits its viewer', () => {
    expect(createBody(['ls', '-la'], options, contextOf())).toMatchObject({
      kind: 'pty',
      title: 'ls -la',
      command: ['ls', '-la'],
      cwd: '/work/here',
      principal: { userId: 'dana', platform: 'console' },
      ttlSeconds: 3600,
      awaitViewer: true,
    });
  });

  it('takes what it is told', () => {
    const given = {
      title: 'Nightly',
      project: 'p1',
      user: 'kim',
      ttl: 900,
      budget: 2.5,
      cwd: '/srv',
      tag: ['a=1=2'],
      detach: true as const,
    };
    const body = createBody(['make'], given, contextOf());
    expect(body).toMatchObject({
      title: 'Nightly',
      projectId: 'p1',
      principal: { userId: 'kim' },
      ttlSeconds: 900,
      budgetUsd: 2.5,
      cwd: '/srv',
      tags: { a: '1=2' },
    });
    expect(body.awaitViewer).toBeUndefined();
  });

  it('passes variables on by name and sets others by value', () => {
    const { env } = createBody(['x'], { ...options, env: ['TOKEN', 'EMPTY=', 'URL=a=b'] }, contextOf({ TOKEN: 't' }));
    expect(env).toEqual({ TOKEN: 't', EMPTY: '', URL: 'a=b' });
  });

  it.each([
    ['a variable that is not set', { env: ['MISSING'] }, /MISSING/],
    ['a tag without a value', { tag: ['tag'] }, /NAME=VALUE/],
    ['a project with spaces', { project: 'a b' }, /projectId/],
  ])('refuses %s as wrong usage', (_, wrong, message) => {
    expect(() => createBody(['x'], { ...options, ...wrong }, contextOf())).toThrow(
      expect.objectContaining({ exitCode: exitCodes.usage, message: expect.stringMatching(message) }),
    );
  });

  it('makes a title of a command that holds control characters', () => {
    expect(createBody(['printf', 'a\u001b[2J\nb'], options, contextOf()).title).toBe('printf a[2J b');
  });
});

describe('arguments', () => {
  it.each([
    ['no command to run', ['run']],
    ['a duration out of range', ['run', '--ttl', '5s', '--', 'ls']],
    ['a limit that is none', ['runs', 'ls', '--limit', '0']],
    ['a revoke without a reason', ['revoke', 'run_1']],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['runs', 'ls', '--all']],
    ['an unknown shell', ['completion', 'tcsh']],
  ])('are refused with help: %s', async (_, words) => {
    const context = contextOf();
    await expect(createProgram(context).parseAsync(words, { from: 'user' })).rejects.toMatchObject({
      name: 'CommanderError',
    });
    expect(context.printed()).toMatch(/^gatehouse: .+/);
  });

  it('need a key, and say how to give one', async () => {
    await expect(createProgram(contextOf()).parseAsync(['runs', 'ls'], { from: 'user' })).rejects.toMatchObject({
      exitCode: exitCodes.config,
      message: expect.stringContaining('GATEHOUSE_SERVICE_KEY'),
    });
  });
});

describe('completion', () => {
  const program = createProgram(contextOf());

  it.each([...shells])('names every command and option for %s', (shell) => {
    const script = completionScript(program, shell);
    for (const word of ['run', 'attach', 'runs', 'tokens', 'revoke', 'audit', 'doctor', 'config', 'verify', 'reason']) {
      expect(script).toContain(word);
    }
  });

  const complete = (...words: string[]) => {
    const script = `${completionScript(program, 'bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gatehouse; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
      .trim()
      .split('\n');
  };

  it('offers commands, subcommands and options in a real bash', () => {
    expect(complete('gatehouse', 'at')).toEqual(['attach']);
    expect(complete('gatehouse', 'runs', '')).toEqual(['ls', 'show', '--help']);
    expect(complete('gatehouse', 'runs', 'ls', '--st')).toEqual(['--status']);
    expect(complete('gatehouse', 'completion', 'z')).toEqual(['zsh']);
    expect(complete('gatehouse', 'revoke', 'run_1', '--r')).toEqual(['--reason']);
  });
});
