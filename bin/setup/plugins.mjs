import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildDir, root } from './sources.mjs';

/** The plugins that are shipped with Gatehouse: `plugins/<id>/` becomes `build/plugins/<id>/`, from where a start installs it. */
const ids = () =>
  readdirSync(path.join(root, 'plugins'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

const filesOf = (id) =>
  readdirSync(path.join(root, 'plugins', id), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** TypeScript beside a manifest is an entry point, with its packages inside: an installed copy has no node_modules. */
export function pluginEntryPoints() {
  return Object.fromEntries(
    ids().flatMap((id) =>
      filesOf(id)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => [`plugins/${id}/${file.slice(0, -3)}`, `plugins/${id}/${file}`]),
    ),
  );
}

/** What is neither bundled nor copied any more must go: each file is part of a plugin's digest. */
export function copyPluginFiles(bundled) {
  const wanted = new Set(bundled);
  for (const id of ids()) {
    mkdirSync(path.join(buildDir, 'plugins', id), { recursive: true });
    for (const file of filesOf(id).filter((name) => !name.endsWith('.ts'))) {
      const target = path.join(buildDir, 'plugins', id, file);
      writeFileSync(target, readFileSync(path.join(root, 'plugins', id, file)));
      wanted.add(target);
    }
  }
  const built = path.join(buildDir, 'plugins');
  for (const name of readdirSync(built, { recursive: true, withFileTypes: true })) {
    const file = path.join(name.parentPath, name.name);
    if (name.isFile() && !wanted.has(file)) rmSync(file);
  }
}

export function pluginsAreBuilt() {
  const entries = Object.keys(pluginEntryPoints()).map((name) => `${name}.mjs`);
  const copied = ids().flatMap((id) => filesOf(id).map((file) => `plugins/${id}/${file}`));
  return [...entries, ...copied.filter((file) => !file.endsWith('.ts'))].every((file) =>
    existsSync(path.join(buildDir, file)),
  );
}
