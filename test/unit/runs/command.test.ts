import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireDirectory, requireExecutable } from '@/lib/runs/command';
import { covers } from '@/test/requirements';
import { temporaryDir } from '@/test/support/temporary-dir';

const dir = temporaryDir();
const at = (...parts: string[]) => path.join(dir.path, ...parts);
beforeAll(() => {
  for (const folder of ['first', 'second', 'work']) mkdirSync(at(folder));
  for (const [file, mode] of [
    ['first/plain', 0o644],
    ['second/plain', 0o755],
    ['second/tool', 0o755],
    ['work/local', 0o755],
  ] as const) {
    writeFileSync(at(file), '#!/bin/sh\n');
    chmodSync(at(file), mode);
  }
  mkdirSync(at('first/tool'));
  symlinkSync(at('second/tool'), at('first/link'));
  symlinkSync(at('nowhere'), at('first/dangling'));
});
afterAll(() => dir.remove());

describe('the program of a run', () => {
  covers('runs.bad-input');
  const find = (command: string, searched = `${at('first')}:${at('second')}`) =>
    requireExecutable(command, { cwd: at('work'), path: searched });

  it('is found as execvp finds it: the first executable file on the PATH, no folder, no file without the bit', () => {
    expect(find('tool')).toBe(at('second/tool'));
    expect(find('plain')).toBe(at('second/plain'));
    expect(find('link')).toBe(at('first/link'));
  });

  it('with a slash is taken from the working directory', () => {
    expect(find('./local')).toBe(at('work/local'));
    expect(find('../second/tool')).toBe(at('second/tool'));
    expect(find(at('second/tool'))).toBe(at('second/tool'));
    expect(find('local', '')).toBe(at('work/local'));
  });

  it.each(['nothing', './nothing', 'dangling', '../first/plain', '../first/tool', '/'])(
    '%s is refused with where was looked',
    (command) => {
      expect(() => find(command)).toThrow(
        expect.objectContaining({ code: 'COMMAND_NOT_FOUND', message: expect.stringMatching(/^command: /) }),
      );
    },
  );

  it('must be named', () => {
    expect(() => find('')).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining('command') }),
    );
  });
});

describe('the working directory of a run', () => {
  covers('runs.bad-input');

  it('must be an absolute path of a directory', () => {
    expect(() => requireDirectory(at('work'))).not.toThrow();
    for (const cwd of [
      'work',
      './work',
      '~',
      at('nowhere'),
      at('first/plain'),
      at('first/dangling'),
      `${at('work')}\0`,
    ])
      expect(() => requireDirectory(cwd)).toThrow(
        expect.objectContaining({ code: 'BAD_CWD', message: expect.stringMatching(/^cwd: /) }),
      );
  });
});
