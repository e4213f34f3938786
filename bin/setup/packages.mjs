import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findProgram, run, SetupError } from './process.mjs';
import { root, stamp } from './sources.mjs';

const modules = path.join(root, 'node_modules');
const installed = stamp('.gatehouse-lock', modules);

const driver = path.join(modules, 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
const compiled = stamp('.gatehouse-driver', modules);

/** The lock file, and what the packages are for. */
function wanted() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch} abi ${process.versions.modules}\n`;
}

// No script of any package runs but the driver's: some would download an engine, which must work without a network.
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

export const packagesStep = {
  label: 'installing packages',
  isDone: () => installed.is(wanted()) || adoptInstalled(),
  async run() {
    requireCompiler();
    const npm = npmCommand();
    await run(npm.command, [...npm.args, 'ci', '--ignore-scripts', '--include=dev', ...quiet], { what: 'npm ci' });
    installed.write(wanted());
  },
};

/** One core compiles for a minute or two, and nothing until the first start asks for what it makes. */
export const driverStep = {
  label: 'compiling the database driver',
  beside: true,
  isDone: () => compiled.is(wanted()) || adoptDriver(),
  async run() {
    const npm = npmCommand();
    // Another clone may have compiled it for this very Node.
    if (takeOver(keptDriver(), driver) && driverLoads()) return compiled.write(wanted());
    await run(npm.command, [...npm.args, 'rebuild', 'better-sqlite3', '--foreground-scripts', ...quiet], {
      what: 'Compiling better-sqlite3',
      // SQLite's own choice of optimisation: the third level compiles a third longer and runs no faster.
      env: { npm_config_build_from_source: 'true', JOBS: 'max', CFLAGS: '-O2', ...nodeHeaders() },
    });
    takeOver(driver, keptDriver());
    compiled.write(wanted());
  },
};

/** Where a user's caches are: deleting it costs a minute or two of the next new clone, and nothing else. */
function keptDriver() {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const { version } = lock.packages['node_modules/better-sqlite3'];
  const caches = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const build = `${process.platform}-${process.arch}-abi${process.versions.modules}`;
  return path.join(caches, 'gatehouse', `better-sqlite3-${version}-${build}.node`);
}

/** Whole or not at all; that there is nothing to take, or no place for it, is no fault. */
function takeOver(from, to) {
  try {
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
    copyFileSync(from, `${to}.${process.pid}`);
    renameSync(`${to}.${process.pid}`, to);
    return true;
  } catch {
    return false;
  }
}

/** Somebody ran npm by hand: when what it installed is what the lock file asks for, that will do. */
function adoptInstalled() {
  const hidden = path.join(modules, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const actual = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const expected = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const missing = Object.entries(expected).some(
    ([name, entry]) => name !== '' && !entry.optional && actual[name]?.version !== entry.version,
  );
  if (missing) return false;
  installed.write(wanted());
  return true;
}

/** A driver that loads will do, whoever compiled it. */
function adoptDriver() {
  const loads = driverLoads();
  if (loads) compiled.write(wanted());
  return loads;
}

function driverLoads() {
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  return spawnSync(process.execPath, ['-e', script], { cwd: root, stdio: 'ignore' }).status === 0;
}

function requireCompiler() {
  const missing = [
    ['make', findProgram('make', 'gmake')],
    ['g++', findProgram(process.env.CXX || 'g++', 'g++', 'clang++', 'c++')],
    ['python3', findProgram(process.env.npm_config_python || 'python3', 'python3', 'python')],
  ].flatMap(([name, found]) => (found ? [] : [name]));
  if (missing.length === 0) return;
  throw new SetupError(
    `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: the database driver is compiled at install. On Debian or Ubuntu: apt-get install -y make g++ python3`,
  );
}

/** node-gyp downloads Node's headers unless it is told where they are; official and Debian installs carry them. */
function nodeHeaders() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  const header = path.join(prefix, 'include', 'node', 'node_version.h');
  if (process.env.npm_config_nodedir || !existsSync(header)) return {};
  const [major] = process.versions.node.split('.');
  const matches = new RegExp(`#define NODE_MAJOR_VERSION ${major}\\b`).test(readFileSync(header, 'utf8'));
  return matches ? { npm_config_nodedir: prefix } : {};
}

export function npmCommand() {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own) && existsSync(own)) return { command: process.execPath, args: [own] };
  const npm = findProgram('npm');
  if (!npm) throw new SetupError('npm was not found on PATH. It comes with Node: https://nodejs.org');
  return { command: npm, args: [] };
}
