#!/usr/bin/env node
/**
 * Makes a clone ready: packages, database client, bundles, pages, and a browser for the tests. It uses nothing but Node, since
 * it runs before anything is installed, and skips what is already done for exactly these sources.
 *
 *   node bin/setup.mjs start|tools|test|check|ci|generate|dev
 */
import { bundlesStep } from './setup/bundles.mjs';
import { chromiumStep } from './setup/chromium.mjs';
import { generateStep } from './setup/generate.mjs';
import { driverStep, packagesStep } from './setup/packages.mjs';
import { pagesStep } from './setup/pages.mjs';
import { peersStep } from './setup/peers.mjs';
import { SetupError } from './setup/process.mjs';
import { withSetupLock } from './setup/setup-lock.mjs';
import { systemPackagesStep } from './setup/system-packages.mjs';

const stepsOf = {
  start: [packagesStep, driverStep, generateStep, bundlesStep, pagesStep],
  tools: [packagesStep, driverStep, generateStep, bundlesStep],
  test: [peersStep, packagesStep, driverStep, generateStep, bundlesStep, pagesStep, chromiumStep, systemPackagesStep],
  check: [packagesStep, generateStep],
  ci: [peersStep, packagesStep, generateStep],
  generate: [packagesStep, driverStep, generateStep, bundlesStep],
  dev: [packagesStep, driverStep, generateStep, bundlesStep],
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
  // One that runs beside others has its lines to itself.
  const [begins, ends] = step.beside ? [' …\n', `gatehouse: ${step.label} … `] : [' … ', ''];
  process.stdout.write(`gatehouse: ${step.label}${begins}`);
  try {
    await step.run();
  } catch (error) {
    process.stdout.write(`${ends}failed\n`);
    throw error;
  }
  process.stdout.write(`${ends}${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/** In their order; one that may run beside the others is waited for at the end, also when another fails. */
async function runSteps(steps) {
  const beside = [];
  try {
    for (const step of steps) {
      // A step can undo a later one's "done" (new packages change the client), so each is asked when its turn comes.
      if (step.isDone()) continue;
      if (step.beside) beside.push(runStep(step));
      else await runStep(step);
    }
  } finally {
    await Promise.allSettled(beside);
  }
  await Promise.all(beside);
}

async function setup(mode) {
  const steps = Object.hasOwn(stepsOf, mode) ? stepsOf[mode] : undefined;
  if (!steps) throw new SetupError(`Usage: node bin/setup.mjs ${Object.keys(stepsOf).join('|')}`);
  requireNode({ major: 20, minor: 19 });
  if (steps.every((step) => step.isDone())) return;
  await withSetupLock(() => runSteps(steps));
}

try {
  await setup(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`gatehouse: ${error.message}\n`);
  process.exitCode = 1;
}
