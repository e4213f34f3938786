/**
 * Prisma's schema engine as WebAssembly. The native one is a download at install time, which an air-gapped machine cannot
 * make; this package is the same commit and comes from the npm registry.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

export type SchemaEngine = bindings.SchemaEngine;

/** What every call takes: no table or enum is managed by anybody else. */
export const noFilters = { externalTables: [], externalEnums: [] };

let instantiated: Promise<void> | undefined;

/** The bindings are a module of their own with one instance slot, so instantiating twice would orphan the first engine. */
function instantiate(): Promise<void> {
  instantiated ??= (async () => {
    const main = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
    const bytes = await readFile(path.join(path.dirname(main), 'schema_engine_bg.wasm'));
    const imports: WebAssembly.Imports = { './schema_engine_bg.js': { ...bindings } };
    const { instance } = await WebAssembly.instantiate(bytes, imports);
    bindings.__wbg_set_wasm(instance.exports);
    const start = instance.exports.__wbindgen_start;
    if (typeof start === 'function') start();
  })();
  return instantiated;
}

/** Runs `work` with an engine on the SQLite database of `databaseUrl`, and closes its connections afterwards. */
export async function withSchemaEngine<T>(databaseUrl: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  await instantiate();
  const factory = new PrismaBetterSqlite3({ url: databaseUrl });
  const connections: { dispose(): Promise<void> }[] = [];
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const connection = await connect();
    connections.push(connection);
    return connection;
  };
  const engine = await bindings.SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
    for (const connection of connections) await connection.dispose();
  }
}
