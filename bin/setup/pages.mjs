import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './process.mjs';
import { hashOf, root, stamp } from './sources.mjs';

const built = stamp('pages');
const folders = ['app', 'components', 'lib', 'public', 'prisma/schema.prisma'];
const others = ['tsconfig.json', 'package-lock.json', 'bin/setup/pages.mjs'];

function wanted() {
  // Next reads several files of the root by name: its config, postcss.config.mjs, proxy.ts.
  const ofRoot = readdirSync(root).filter((name) => /\.(ts|mjs)$/.test(name) && !/^(vitest|next-env)\./.test(name));
  return hashOf([...folders, ...others, ...ofRoot]);
}

export const pagesStep = {
  label: 'building the pages',
  isDone: () => existsSync(path.join(root, '.next', 'BUILD_ID')) && built.is(wanted()),
  async run() {
    built.clear();
    const value = wanted();
    const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    await run(process.execPath, [next, 'build'], {
      what: 'next build',
      env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    });
    built.write(value);
  },
};
