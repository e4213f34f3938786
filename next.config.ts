import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const root = path.dirname(fileURLToPath(import.meta.url));

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Native modules, and modules that find their files beside themselves, break when bundled.
  serverExternalPackages: [
    'better-sqlite3',
    '@prisma/client',
    '@prisma/adapter-better-sqlite3',
    '@prisma/driver-adapter-utils',
    '@prisma/schema-engine-wasm',
    'pino',
    '@lydell/node-pty',
    'prom-client',
  ],
  turbopack: { root },
  // `npm run check` type-checks everything; an operator's first start need not wait for it again.
  typescript: { ignoreBuildErrors: true },
};

export default config;
