import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findProgram, run, SetupError } from './process.mjs';
import { buildDir, root } from './sources.mjs';

/** One line, the browser's full path: the tests start what is written here. */
const pathFile = path.join(buildDir, 'chromium-path');
const names = [
  // Chromium without windows: the whole browser draws its own frame around every page, window or not.
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export const chromiumStep = {
  label: 'finding a browser for the tests',
  isDone() {
    if (!existsSync(pathFile)) return false;
    const recorded = readFileSync(pathFile, 'utf8').trim();
    return existsSync(recorded) && (!process.env.CHROMIUM_PATH || process.env.CHROMIUM_PATH === recorded);
  },
  async run() {
    const browser = findInstalled() ?? (await install());
    await run(browser, ['--version'], { what: browser });
    mkdirSync(buildDir, { recursive: true });
    writeFileSync(pathFile, `${browser}\n`);
  },
};

function findInstalled() {
  const chosen = process.env.CHROMIUM_PATH;
  if (!chosen) return findProgram(...names);
  const found = findProgram(chosen);
  if (!found) throw new SetupError(`CHROMIUM_PATH is ${chosen}, which is not a program.`);
  return found;
}

/** Older releases of Debian have the whole browser alone. */
async function installPackage(name, env) {
  await run('apt-get', ['install', '-y', '--no-install-recommends', name], { what: `apt-get install ${name}`, env });
  const found = findProgram(...names);
  if (!found) throw new SetupError(`The package ${name} brought no browser.`);
  return found;
}

async function install() {
  const failures = [];
  if (process.getuid?.() === 0 && findProgram('apt-get')) {
    try {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', ['update'], { what: 'apt-get update', env });
      return await installPackage('chromium-headless-shell', env).catch(() => installPackage('chromium', env));
    } catch (error) {
      failures.push(error.message);
    }
  }
  const playwright = createRequire(path.join(root, 'package.json'))('playwright-core');
  const cli = path.join(root, 'node_modules', 'playwright-core', 'cli.js');
  try {
    await run(process.execPath, [cli, 'install', 'chromium'], { what: "Playwright's download of Chromium" });
    return playwright.chromium.executablePath();
  } catch (error) {
    failures.push(error.message);
  }
  throw new SetupError(
    `The browser tests need Chromium. Install it (Debian: apt-get install -y chromium) or name one in CHROMIUM_PATH.\n${failures.join('\n')}`,
  );
}
