import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { repositoryRoot } from './server';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium with a profile of its own. Close it when done. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: browserPath(), headless: true, args: flags });
}

function browserPath(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const recorded = path.join(repositoryRoot, 'build', 'chromium-path');
  if (!existsSync(recorded)) throw new Error('No browser was looked for yet. Run: node bin/setup.mjs test');
  return readFileSync(recorded, 'utf8').trim();
}
