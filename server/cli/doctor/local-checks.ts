/** What can be checked without asking the server. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CliContext } from '../context';
import type { Settings } from '../settings';
import { type CheckResult, ok, problem, skipped, warning } from './check';

const minimumNode = { major: 20, minor: 19 };

export function checkNode(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > minimumNode.major || (major === minimumNode.major && minor >= minimumNode.minor);
  return enough
    ? ok('Node', version)
    : problem('Node', version, `Install Node ${minimumNode.major}.${minimumNode.minor} or newer.`);
}

export function checkAddress({ url, urlFrom }: Settings): CheckResult {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    return warning(
      'Address',
      `${url} (${urlFrom})`,
      'The key travels unencrypted. Put TLS before the server and use https.',
    );
  }
  return ok('Address', `${url} (${urlFrom})`);
}

/** Anybody who can read the data directory can read recordings and secrets. */
export function checkDataDir({ env, cwd }: CliContext, { url }: Settings): CheckResult {
  const name = 'Data directory';
  if (!isLoopback(new URL(url).hostname)) return skipped(name, 'the server runs elsewhere');
  const dir = path.resolve(cwd, env.GATEHOUSE_DATA_DIR || 'data');
  if (!existsSync(path.join(dir, 'gatehouse.db')))
    return skipped(name, `not at ${dir}; set GATEHOUSE_DATA_DIR to check it`);
  const open = [dir, ...readdirSync(dir).map((entry) => path.join(dir, entry))].filter(
    (entry) => (statSync(entry).mode & 0o077) !== 0,
  );
  if ((statSync(dir).mode & 0o077) === 0) return ok(name, `${dir}, yours alone`);
  return problem(
    name,
    `others may enter ${dir}${open.length > 1 ? ` and read ${open.length - 1} of its entries` : ''}`,
    `chmod 700 ${dir}`,
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
