/** Shell completion written from the program itself, so that it cannot fall behind. */
import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

interface Entry {
  /** Words after `gatehouse`: `runs ls`; empty for the program itself. */
  path: string[];
  description: string;
  commands: { name: string; description: string }[];
  options: { flag: string; description: string; takesValue: boolean }[];
  /** Fixed values of the first argument. */
  values: string[];
}

export function completionScript(program: Command, shell: Shell): string {
  const entries = entriesOf(program, []);
  switch (shell) {
    case 'bash':
      return bash(entries);
    case 'zsh':
      return zsh(entries);
    case 'fish':
      return fish(entries);
    default:
      return shell satisfies never;
  }
}

function entriesOf(command: Command, path: string[]): Entry[] {
  const commands = command.commands.map((child) => ({
    name: child.name(),
    description: child.summary() || child.description(),
  }));
  const options = command.options.flatMap(({ long, description, required, optional }) =>
    long ? [{ flag: long, description, takesValue: required || optional }] : [],
  );
  const values = [...(command.registeredArguments[0]?.argChoices ?? [])];
  const help = { flag: '--help', description: 'show help', takesValue: false };
  const own: Entry = { path, description: command.description(), commands, options: [...options, help], values };
  return [own, ...command.commands.flatMap((child) => entriesOf(child, [...path, child.name()]))];
}

function wordsOf({ commands, options, values }: Entry): string[] {
  return [...commands.map(({ name }) => name), ...values, ...options.map(({ flag }) => flag)];
}

/** The longest known path among the words typed so far decides what is offered; after `--` the command's own words follow. */
function bash(entries: Entry[]): string {
  const cases = entries.map((entry) => `    '${entry.path.join(' ')}') words='${wordsOf(entry).join(' ')}' ;;`);
  const paths = entries.filter(({ path }) => path.length > 0).map(({ path }) => `'${path.join(' ')}'`);
  return `# bash completion for gatehouse. Use: source <(gatehouse completion bash)
_gatehouse() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' next word words known
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == -- ]]; then
      COMPREPLY=($(compgen -o default -- "$current"))
      return
    fi
    next="\${path:+$path }$word"
    for known in ${paths.join(' ')}; do
      [[ $next == "$known" ]] && path=$next
    done
  done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _gatehouse gatehouse
`;
}

function zsh(entries: Entry[]): string {
  const quote = (text: string) => text.replaceAll("'", '’').replaceAll(':', '\\:').split('\n')[0] ?? '';
  const cases = entries.map(({ path, commands, options, values }) => {
    const items = [
      ...commands.map(({ name, description }) => `'${name}:${quote(description)}'`),
      ...values.map((value) => `'${value}'`),
      ...options.map(({ flag, description }) => `'${flag}:${quote(description)}'`),
    ];
    return `    '${path.join(' ')}') items=(${items.join(' ')}) ;;`;
  });
  const paths = entries.filter(({ path }) => path.length > 0).map(({ path }) => `'${path.join(' ')}'`);
  return `#compdef gatehouse
# zsh completion for gatehouse. Use: source <(gatehouse completion zsh)
_gatehouse() {
  local path_so_far='' next word known
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word == -- ]]; then
      _files
      return
    fi
    next="\${path_so_far:+$path_so_far }$word"
    for known in ${paths.join(' ')}; do
      [[ $next == "$known" ]] && path_so_far=$next
    done
  done
  case $path_so_far in
${cases.join('\n')}
  esac
  _describe 'gatehouse' items || _files
}
compdef _gatehouse gatehouse
`;
}

function fish(entries: Entry[]): string {
  const quote = (text: string) => `'${(text.split('\n')[0] ?? '').replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap(({ path, commands, options, values }) => {
    const at = path.length === 0 ? '-n __gatehouse_at' : `-n '__gatehouse_at ${path.join(' ')}'`;
    return [
      ...commands.map(({ name, description }) => `complete -c gatehouse ${at} -f -a ${name} -d ${quote(description)}`),
      ...values.map((value) => `complete -c gatehouse ${at} -f -a ${value}`),
      ...options.map(
        ({ flag, description, takesValue }) =>
          `complete -c gatehouse ${at} -l ${flag.slice(2)}${takesValue ? ' -r' : ''} -d ${quote(description)}`,
      ),
    ];
  });
  return `# fish completion for gatehouse. Use: gatehouse completion fish | source
function __gatehouse_at
  set -l typed (commandline -opc)[2..-1]
  contains -- -- $typed; and return 1
  set -l names (string match -v -- '-*' $typed)
  set -l depth (count $argv)
  test $depth -eq 0; and test (count $names) -eq 0; and return 0
  test $depth -gt 0; and test (count $names) -ge $depth; and test "$names[1..$depth]" = "$argv"
end
${lines.join('\n')}
`;
}
