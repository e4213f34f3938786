import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository: the setup works from any working directory. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const buildDir = path.join(root, 'build');

/** SHA-256 over the names and contents of files and folders (paths relative to the root); what is missing counts as missing. */
export function hashOf(paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const file of paths.flatMap((name) => filesUnder(name)).sort()) {
    const content = readFileSync(path.join(root, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesUnder(name) {
  const absolute = path.join(root, name);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [name];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const child = `${name}/${entry.name}`;
    if (entry.isDirectory()) return filesUnder(child);
    return entry.isFile() ? [child] : [];
  });
}

/**
 * A stamp says "this step is done for that hash". It is removed before the step begins and written after it ended, so an
 * interrupted step is done again.
 */
export function stamp(name, directory = path.join(buildDir, 'stamps')) {
  const file = path.join(directory, name);
  return {
    is: (value) => existsSync(file) && readFileSync(file, 'utf8') === value,
    clear: () => rmSync(file, { force: true }),
    write: (value) => {
      mkdirSync(directory, { recursive: true });
      writeFileSync(file, value);
    },
  };
}
