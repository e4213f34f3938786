import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { copyPluginFiles, pluginEntryPoints, pluginsAreBuilt } from './plugins.mjs';
import { SetupError } from './process.mjs';
import { buildDir, hashOf, root, stamp } from './sources.mjs';

const built = stamp('bundles');
const sources = ['server', 'lib', 'prisma', 'plugins', 'tsconfig.json', 'package-lock.json'];
const wanted = () => hashOf([...sources, 'bin/setup/bundles.mjs', 'bin/setup/plugins.mjs']);

/**
 * What Node runs: each entry becomes `build/<name>.mjs`. With its packages inside, one file loads in half the time of two
 * hundred.
 */
function entryPoints() {
  const workerFiles = readdirSync(path.join(root, 'server', 'workers')).filter((file) => file.endsWith('.ts'));
  return {
    main: 'server/main.ts',
    tools: 'server/tools-service.ts',
    'db-diff': 'prisma/db-diff.ts',
    cli: 'server/cli/main.ts',
    ...Object.fromEntries(workerFiles.map((file) => [`workers/${file.slice(0, -3)}`, `server/workers/${file}`])),
  };
}

const packagesInside = {
  external: [
    // Compiled, or found by their own place on the disk.
    ...['better-sqlite3', '@lydell/node-pty', '@prisma/*', 'next'],
    // ws asks for these two and does without.
    ...['bufferutil', 'utf-8-validate'],
    // Large, and loaded once a cloud is asked: inside, every start would read them.
    ...['@aws-sdk/*', '@azure/identity', 'google-auth-library'],
    // The same, once a platform of their kind is set up.
    ...['grammy', '@discordjs/*', 'undici'],
    // And where an address of Redis is given.
    '@redis/client',
  ],
  banner: {
    js: "import { createRequire as createRequireOf } from 'node:module';\nconst require = createRequireOf(import.meta.url);",
  },
};

export const bundlesStep = {
  label: 'bundling the server',
  isDone: () =>
    built.is(wanted()) &&
    pluginsAreBuilt() &&
    Object.keys(entryPoints()).every((name) => existsSync(path.join(buildDir, `${name}.mjs`))),
  async run() {
    built.clear();
    const value = wanted();
    const { build } = createRequire(path.join(root, 'package.json'))('esbuild');
    const options = {
      outdir: buildDir,
      outExtension: { '.js': '.mjs' },
      absWorkingDir: root,
      bundle: true,
      splitting: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      logLevel: 'silent',
      write: false,
    };
    const bundles = await Promise.all([
      build({ ...options, ...packagesInside, entryPoints: entryPoints() }),
      // No source maps: they would be part of the digest, and name this machine's folders.
      build({ ...options, entryPoints: pluginEntryPoints(), sourcemap: false }),
    ]).catch((error) => {
      throw new SetupError(`Bundling the server failed.\n${error.message}`);
    });
    const outputFiles = bundles.flatMap((bundle) => bundle.outputFiles);
    for (const { path: file, contents } of outputFiles) writeWhole(file, contents);
    copyPluginFiles(outputFiles.map(({ path: file }) => file));
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
