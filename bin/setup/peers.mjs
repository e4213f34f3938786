import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { npmCommand } from './packages.mjs';
import { run } from './process.mjs';
import { root, stamp } from './sources.mjs';

const folder = path.join(root, 'test', 'peers');
const installed = stamp('.gatehouse-peers', path.join(folder, 'node_modules'));
const wanted = () =>
  `${createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex')} ${process.platform}-${process.arch}\n`;

/** The real servers and clients that tests and benchmarks run against, in a folder of their own. No script of theirs runs. */
export const peersStep = {
  label: 'installing the servers that the tests run against',
  beside: true,
  isDone: () => installed.is(wanted()),
  async run() {
    const npm = npmCommand();
    const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run(npm.command, [...npm.args, ...args], { what: 'npm ci in test/peers' });
    installed.write(wanted());
  },
};
