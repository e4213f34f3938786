import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './process.mjs';
import { buildDir } from './sources.mjs';

const lockFile = path.join(buildDir, 'setup.lock');
const pollMs = 100;
const patienceMs = 20 * 60_000;

/** Runs `work` while no other setup of this clone runs. The lock of a setup that was killed is taken over. */
export async function withSetupLock(work) {
  mkdirSync(buildDir, { recursive: true });
  await acquire();
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire() {
  const deadline = Date.now() + patienceMs;
  let said = false;
  while (!tryCreate()) {
    const holder = readHolder();
    if (holder !== undefined && !isAlive(holder)) {
      removeLockOf(holder);
      continue;
    }
    if (Date.now() > deadline)
      throw new SetupError(`Another setup holds ${lockFile}. When none runs, remove that file.`);
    if (!said) process.stdout.write(`gatehouse: waiting for another setup (process ${holder ?? 'unknown'})\n`);
    said = true;
    await delay(pollMs);
  }
}

/** A link appears with its content in one step, so nobody ever reads a lock without its holder. */
function tryCreate() {
  const mine = `${lockFile}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function readHolder() {
  try {
    return Number(readFileSync(lockFile, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two waiters can see the same dead holder; the rename lets one of them win, and a live lock taken by mistake is put back. */
function removeLockOf(deadHolder) {
  const aside = `${lockFile}.stale.${process.pid}`;
  try {
    renameSync(lockFile, aside);
    if (Number(readFileSync(aside, 'utf8')) !== deadHolder) linkSync(aside, lockFile);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
