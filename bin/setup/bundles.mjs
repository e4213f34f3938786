import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SetupError } from './process.mjs';
import { buildDir, hashOf, root, stamp } from './sources.mjs';

const built = stamp('bundles');
const wanted = () => hashOf(['server', 'lib', 'prisma', 'tsconfig.json', 'package-lock.json', 'bin/setup/bundles.mjs']);

/** What Node runs: each entry becomes `build/<name>.mjs`. */
function entryPoints() {
  const workers = path.join(root, 'server', 'workers');
  const workerFiles = existsSync(workers) ? readdirSync(workers).filter((file) => file.endsWith('.ts')) : [];
  const entries = {
    main: 'server/main.ts',
    cli: 'server/cli/main.ts',
    'db-diff': 'prisma/db-diff.ts',
    ...Object.fromEntries(workerFiles.map((file) => [`workers/${file.slice(0, -3)}`, `server/workers/${file}`])),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))));
}

export const bundlesStep = {
  label: 'bundling the server',
  isDone: () =>
    built.is(wanted()) && Object.keys(entryPoints()).every((name) => existsSync(path.join(buildDir, `${name}.mjs`))),
  async run() {
    built.clear();
    const value = wanted();
    const { build } = createRequire(path.join(root, 'package.json'))('esbuild');
    const { outputFiles } = await build({
      entryPoints: entryPoints(),
      outdir: buildDir,
      outExtension: { '.js': '.mjs' },
      absWorkingDir: root,
      bundle: true,
      splitting: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: true,
      logLevel: 'silent',
      write: false,
    }).catch((error) => {
      throw new SetupError(`Bundling the server failed.\n${error.message}`);
    });
    for (const { path: file, contents } of outputFiles) writeWhole(file, contents);
    built.write(value);
  },
};

/** A process that starts meanwhile finds the old file or the new one, never half of one. */
function writeWhole(file, contents) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}
