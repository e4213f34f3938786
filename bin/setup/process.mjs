import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { root } from './sources.mjs';

/** An error whose message is all that the person at the terminal needs. */
export class SetupError extends Error {}

/**
 * Runs a program quietly in the root of the repository. Answers what it printed; when it fails, throws with the
 * beginning and the end of that.
 */
export function run(command, args, { env = {}, what }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const stop = (signal) => child.kill(signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    child.on('error', (error) => reject(new SetupError(`${what} could not start: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      const output = Buffer.concat(chunks).toString('utf8');
      if (code === 0) return resolve(output);
      reject(new SetupError(`${what} failed (${signal ?? `exit code ${code}`}).\n${essence(output)}`));
    });
  });
}

/** Some programs say what is wrong first and explain at length, others the other way round. */
function essence(output) {
  const lines = output.trimEnd().split('\n');
  return lines.length <= 60 ? lines.join('\n') : [...lines.slice(0, 30), '…', ...lines.slice(-30)].join('\n');
}

/** The full path of the first of these programs that PATH offers. */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    const candidates = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
    const found = candidates.find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
