import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Argument, type Command } from 'commander';
import { type CliContext, printLine } from '../context';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import {
  parseServerUrl,
  readSettings,
  readSettingsFile,
  type Settings,
  settingsPath,
  writeSettingsFile,
} from '../settings';
import { renderFields } from '../table';
import { type JsonOption, printJson, withJson } from './shared';

export function addConfigCommands(program: Command, context: CliContext): void {
  const config = program.command('config').description('keep the server and the key for this user');
  config
    .command('set')
    .description('keep a value; the key is read from standard input, so that no other process sees it')
    .addArgument(new Argument('<name>', 'what to keep').choices(['url', 'key']))
    .argument('[url]', 'the URL')
    .action((name: 'url' | 'key', url: string | undefined) => setValue(name, url, context));
  withJson(config.command('show').description('show what is used and where it comes from; never the key')).action(
    (options: JsonOption) => showConfig(options, context),
  );
}

async function setValue(name: 'url' | 'key', given: string | undefined, context: CliContext): Promise<void> {
  const file = settingsPath(context);
  const current = readSettingsFile(file);
  if (name === 'url') {
    if (given === undefined) throw usage('Give the URL: gatehouse config set url https://gatehouse.example.com');
    writeSettingsFile(file, { ...current, url: parseServerUrl(given) });
  } else {
    if (given !== undefined)
      throw usage(
        'The key is read from standard input, where neither the history nor other users see it: gatehouse config set key < key-file',
      );
    writeSettingsFile(file, { ...current, key: await readKey(context) });
  }
  printLine(context.stderr, `Kept in ${file}.`);
}

async function readKey({ stdin, stderr }: CliContext): Promise<string> {
  let text = '';
  if (stdin.isTTY) {
    stderr.write('Service key: ');
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const prompt = createInterface({ input: stdin, output: silent, terminal: true });
    text = await prompt.question('');
    prompt.close();
    stderr.write('\n');
  } else {
    for await (const chunk of stdin) text += String(chunk);
  }
  const key = text.trim();
  if (!/^[\x21-\x7e]{32,512}$/.test(key)) throw usage('That is not a service key: one line of at least 32 characters.');
  return key;
}

function showConfig({ json }: JsonOption, context: CliContext): void {
  const { url, urlFrom, key, keyFrom } = readSettings(context);
  const shown = { file: settingsPath(context), url, urlFrom, key: key === null ? null : 'set', keyFrom };
  if (json) printJson(context, shown);
  else printLine(context.stdout, renderFields(fieldsOf(shown)));
}

function fieldsOf({ file, url, urlFrom, keyFrom }: { file: string } & Pick<Settings, 'url' | 'urlFrom' | 'keyFrom'>) {
  return [
    ['File', file],
    ['URL', `${url} (${urlFrom})`],
    ['Key', keyFrom === null ? 'not set' : `set (${keyFrom})`],
  ] as const;
}

function usage(message: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.usage, code: 'USAGE' });
}
