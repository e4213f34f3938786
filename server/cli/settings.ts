/**
 * Where the command line finds the server and its key: the environment, else a configuration file. The key is a bearer with
 * power over every run, so a file that others can read is refused rather than used.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';
import { CliFailure } from './failure';

const fileShape = z.strictObject({ url: z.string().optional(), key: z.string().optional() });
export type SettingsFile = z.infer<typeof fileShape>;

export interface Settings {
  url: string;
  key: string | null;
  urlFrom: 'environment' | 'file' | 'default';
  keyFrom: 'environment' | 'file' | null;
}

const defaultUrl = 'http://127.0.0.1:3000';

export function settingsPath({ env, home }: Pick<CliContext, 'env' | 'home'>): string {
  return path.join(env.XDG_CONFIG_HOME || path.join(home, '.config'), 'gatehouse', 'config.json');
}

/** @throws CliFailure for a file that others can read, that is not JSON, or for a URL that is none. */
export function readSettings(context: Pick<CliContext, 'env' | 'home'>): Settings {
  const file = readSettingsFile(settingsPath(context));
  const fromEnv = { url: context.env.GATEHOUSE_URL?.trim(), key: context.env.GATEHOUSE_SERVICE_KEY?.trim() };
  return {
    url: parseServerUrl(fromEnv.url || file.url || defaultUrl),
    urlFrom: fromEnv.url ? 'environment' : file.url ? 'file' : 'default',
    key: fromEnv.key || file.key || null,
    keyFrom: fromEnv.key ? 'environment' : file.key ? 'file' : null,
  };
}

export function readSettingsFile(file: string): SettingsFile {
  if (!existsSync(file)) return {};
  const openBits = statSync(file).mode & 0o077;
  if (openBits !== 0) throw configFailure(`${file} can be read by others. Run: chmod 600 ${file}`);
  try {
    return fileShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw configFailure(
      `${file} must hold JSON with "url" and "key". Mend it, or remove it and use: gatehouse config set`,
    );
  }
}

/** Writes the file whole, readable by its owner alone from its first byte. */
export function writeSettingsFile(file: string, settings: SettingsFile): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  // A mode given to an existing file changes nothing, and the umask may have taken bits from a new one.
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** An origin without a trailing slash. @throws CliFailure */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw configFailure(`The server's URL must be like https://gatehouse.example.com, not "${text.slice(0, 200)}".`);
  }
  return url.origin;
}

function configFailure(message: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.config, code: 'CONFIG' });
}
