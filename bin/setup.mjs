#!/usr/bin/env node
/**
 * Makes a clone ready: packages, database client, bundles, pages, and a browser for the tests. It uses nothing but Node, since
 * it runs before anything is installed, and skips what is already done for exactly these sources.
 *
 *   node bin/setup.mjs start|test|check|generate|dev
 */
import { bundlesStep } from './setup/bundles.mjs';
import { chromiumStep } from './setup/chromium.mjs';
import { generateStep } from './setup/generate.mjs';
import { packagesStep } from './setup/packages.mjs';
import { pagesStep } from './setup/pages.mjs';
import { peersStep } from './setup/peers.mjs';
import { SetupError } from './setup/process.mjs';
import { withSetupLock } from './setup/setup-lock.mjs';

const stepsOf = {
  start: [packagesStep, generateStep, bundlesStep, pagesStep],
  test: [packagesStep, generateStep, bundlesStep, pagesStep, chromiumStep, peersStep],
  check: [packagesStep, generateStep],
  generate: [packagesStep, generateStep, bundlesStep],
  dev: [packagesStep, generateStep, bundlesStep],
};

function requireNode(minimum) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > minimum.major || (major === minimum.major && minor >= minimum.minor)) return;
  throw new SetupError(
    `Gatehouse needs Node ${minimum.major}.${minimum.minor} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
}

async function runStep(step) {
  const started = performance.now();
  process.stdout.write(`gatehouse: ${step.label} … `);
  try {
    await step.run();
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

async function setup(mode) {
  const steps = Object.hasOwn(stepsOf, mode) ? stepsOf[mode] : undefined;
  if (!steps) throw new SetupError(`Usage: node bin/setup.mjs ${Object.keys(stepsOf).join('|')}`);
  requireNode({ major: 20, minor: 19 });
  if (steps.every((step) => step.isDone())) return;
  await withSetupLock(async () => {
    // A step can undo a later one's "done" (new packages change the client), so each is asked when its turn comes.
    for (const step of steps) if (!step.isDone()) await runStep(step);
  });
}

try {
  await setup(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`gatehouse: ${error.message}\n`);
  process.exitCode = 1;
}
