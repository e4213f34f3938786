import { describe, expect, it } from 'vitest';
import { splitCommand } from '@/components/runs/split-command';
import { formatCommand } from '@/components/ui/format';

const argvOf = (text: string) => {
  const split = splitCommand(text);
  return split.ok ? split.argv : split.problem;
};

describe('a typed command line', () => {
  it('splits at blanks and keeps what quotes hold together', () => {
    expect(argvOf('  bash  -lc   "two words" ')).toEqual(['bash', '-lc', 'two words']);
    expect(argvOf(`sh -c 'sleep 1 & wait "$x"'`)).toEqual(['sh', '-c', 'sleep 1 & wait "$x"']);
    expect(argvOf('a\\ b "say \\"hi\\"" pre"mid"\'post\'')).toEqual(['a b', 'say "hi"', 'premidpost']);
    expect(argvOf(`''`)).toEqual(['']);
    expect(argvOf('')).toEqual([]);
  });

  it('expands nothing', () => {
    expect(argvOf('echo $HOME *.ts `id`')).toEqual(['echo', '$HOME', '*.ts', '`id`']);
  });

  it('says so where a shell would have acted, and where a quote is left open', () => {
    for (const text of ['ls | wc', 'a && b', 'cat < file', 'sleep 1 &']) expect(argvOf(text)).toMatch(/No shell reads/);
    expect(argvOf('echo "half')).toMatch(/not closed/);
    expect(argvOf("echo 'half")).toMatch(/not closed/);
  });

  it('reads back every argument vector that the pages print', () => {
    const vectors = [
      ['bash', '-c', 'echo "a b" && exit'],
      ['x', ''],
      ["it's", '$HOME', 'a\\b'],
      ['node', '--eval=1'],
    ];
    for (const argv of vectors) expect(argvOf(formatCommand(argv))).toEqual(argv);
  });
});
