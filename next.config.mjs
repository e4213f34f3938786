import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * JavaScript, since Next would compile it anew at each start.
 * @type {import('next').NextConfig}
 */
const config = {
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
  // The gate is ready before anybody looks at a page, and a page is loaded when somebody does.
  experimental: { preloadEntriesOnStart: false },
  // `npm run check` type-checks everything; an operator's first start need not wait for it again.
  typescript: { ignoreBuildErrors: true },
};

export default config;
