/**
 * Runs the benchmarks, each in a process of its own, and writes `bench/results.json` and the tables of `docs/performance.md`.
 *
 *   npm run bench               all of them
 *   npm run bench -- tokens     those whose name starts with one of the words
 */
import { fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { growthTable, resultsTable } from './support/tables.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const outdir = path.join(root, 'build', 'bench');
const resultsFile = path.join(here, 'results.json');
const page = path.join(root, 'docs', 'performance.md');
const deadlineMs = 15 * 60_000;

const suffix = '.bench.ts';
const all = readdirSync(here)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))
  .sort();

async function bundle() {
  const peers = readdirSync(path.join(here, 'peers')).map((file) => `bench/peers/${file}`);
  await build({
    absWorkingDir: root,
    entryPoints: [...all.map((name) => `bench/${name}${suffix}`), ...peers],
    outbase: 'bench',
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

function measure(name) {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(outdir, `${name}.bench.mjs`), { execArgv: ['--enable-source-maps', '--expose-gc'] });
    const late = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.once('message', resolve);
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`${name} ended without a result (${code ?? signal}).`));
    });
  });
}

/** A run of some keeps the others' results as they were, with the machine and the time each was taken on. */
function save(name, report) {
  const results = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {};
  const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, memoryGb: Math.round(totalmem() / 1e9) };
  results[name] = { at: new Date().toISOString(), node: process.version, machine, ...report };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(resultsFile, `${JSON.stringify(sorted, null, 2)}\n`);
  if (!existsSync(page)) return;
  let text = readFileSync(page, 'utf8');
  for (const [marker, table] of Object.entries({ results: resultsTable(sorted), growth: growthTable(sorted) })) {
    const [start, end] = [`<!-- ${marker}:start -->`, `<!-- ${marker}:end -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from !== -1 && to !== -1) text = `${text.slice(0, from + start.length)}\n\n${table}\n\n${text.slice(to)}`;
  }
  writeFileSync(page, text);
}

const wanted = process.argv.slice(2);
const chosen = all.filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
if (chosen.length === 0) {
  console.error(`No benchmark of that name. There are: ${all.join(', ')}.`);
  process.exit(1);
}
await bundle();
for (const name of chosen) {
  console.log(`\n${name} …`);
  try {
    const report = await measure(name);
    save(name, report);
    console.log(resultsTable({ [name]: report }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
