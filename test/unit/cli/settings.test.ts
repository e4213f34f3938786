import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '@/server/cli/exit-codes';
import { parseServerUrl, readSettings, settingsPath, writeSettingsFile } from '@/server/cli/settings';
import { temporaryDir } from '@/test/support/temporary-dir';

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

const context = (env: Record<string, string> = {}) => ({ env, home: dir.path });
function writeFile(text: string, mode = 0o600): string {
  const file = settingsPath(context());
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  return file;
}

describe('the configuration', () => {
  it('comes from the environment first, then the file, then the default', () => {
    expect(readSettings(context())).toEqual({
      url: 'http://127.0.0.1:3000',
      urlFrom: 'default',
      key: null,
      keyFrom: null,
    });
    writeFile(JSON.stringify({ url: 'https://gate.example.com', key: 'from-file' }));
    expect(readSettings(context())).toMatchObject({
      url: 'https://gate.example.com',
      key: 'from-file',
      keyFrom: 'file',
    });
    const env = { GATEHOUSE_URL: 'http://localhost:4000/', GATEHOUSE_SERVICE_KEY: 'from-env' };
    expect(readSettings(context(env))).toEqual({
      url: 'http://localhost:4000',
      urlFrom: 'environment',
      key: 'from-env',
      keyFrom: 'environment',
    });
  });

  it.each([0o640, 0o604, 0o660, 0o620])('refuses a file of mode %o and says how to close it', (mode) => {
    const file = writeFile('{}');
    chmodSync(file, mode);
    expect(() => readSettings(context())).toThrow(
      expect.objectContaining({ exitCode: exitCodes.config, message: expect.stringContaining(`chmod 600 ${file}`) }),
    );
  });

  it.each(['nonsense', '[]', '{"token":"x"}', '{"key":1}'])('refuses a file that holds %s', (text) => {
    writeFile(text);
    expect(() => readSettings(context())).toThrow(/must hold JSON/);
  });

  it('is written 0600 whatever the umask, and read back', () => {
    const before = process.umask(0);
    try {
      const file = settingsPath(context());
      writeSettingsFile(file, { key: 'secret' });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readSettings(context()).key).toBe('secret');
    } finally {
      process.umask(before);
    }
  });

  it('lives under XDG_CONFIG_HOME where that is set', () => {
    expect(settingsPath(context({ XDG_CONFIG_HOME: '/etc/xdg' }))).toBe('/etc/xdg/gatehouse/config.json');
  });

  it.each(['gate.example.com', 'ftp://gate', 'https://gate/console', 'https://user:pw@gate', 'https://gate/?a=1'])(
    'refuses %s as the URL of the server',
    (text) => {
      expect(() => parseServerUrl(text)).toThrow(/must be like/);
    },
  );
});
