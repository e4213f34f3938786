import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './process.mjs';
import { hashOf, root, stamp } from './sources.mjs';

const client = path.join(root, 'prisma', 'generated', 'client.ts');
const nextTypes = path.join(root, 'next-env.d.ts');
const generated = stamp('generate');
const wanted = () => hashOf(['prisma/schema.prisma', 'package-lock.json', 'bin/setup/generate.mjs']);

/** The typed database client, and the type declarations that Next writes on its first build, for a check before one. */
export const generateStep = {
  label: 'generating the database client',
  isDone: () => existsSync(client) && existsSync(nextTypes) && generated.is(wanted()),
  async run() {
    generated.clear();
    const prisma = path.join(root, 'node_modules', 'prisma', 'build', 'index.js');
    await run(process.execPath, [prisma, 'generate', '--schema', 'prisma/schema.prisma', '--no-hints'], {
      what: 'prisma generate',
      env: {
        // Generating never runs the native schema engine; naming any file stops its download.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    });
    if (!existsSync(nextTypes)) {
      writeFileSync(nextTypes, '/// <reference types="next" />\n/// <reference types="next/image-types/global" />\n');
    }
    generated.write(wanted());
  },
};
