import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findProgram, run, SetupError } from './process.mjs';

/** What tests run against that comes from the system: Debian's name of the package, and whether it is there. */
const packages = [
  { name: 'redis-server', isThere: () => findProgram('redis-server') !== undefined },
  { name: 'bubblewrap', isThere: () => findProgram('bwrap') !== undefined },
  { name: 'awscli', isThere: () => findProgram('aws') !== undefined },
  { name: 'python3-redis', isThere: () => pythonHas('redis') },
  { name: 'python3-msgpack', isThere: () => pythonHas('msgpack') },
  { name: 'python3-websockets', isThere: () => pythonHas('websockets') },
];

const missing = () => packages.flatMap(({ name, isThere }) => (isThere() ? [] : [name]));

export const systemPackagesStep = {
  label: 'installing Redis, bubblewrap, the AWS command line and Python clients for the tests',
  isDone: () => missing().length === 0,
  async run() {
    const wanted = missing();
    if (process.getuid?.() === 0 && findProgram('apt-get')) return install(wanted);
    const advice = `${wanted.join(', ')} missing. On Debian or Ubuntu: apt-get install -y ${wanted.join(' ')}. Tests that need them fail until then.`;
    if (process.env.CI) throw new SetupError(advice);
    process.stdout.write(`\ngatehouse: ${advice} `);
  },
};

/** The Python that Debian's packages are for, which need not be the first on PATH. Looks the module up and does not load it. */
function pythonHas(module) {
  const script = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${module}') is None)`;
  return spawnSync('/usr/bin/python3', ['-c', script], { stdio: 'ignore' }).status === 0;
}

async function install(names) {
  await withoutServices(async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    await run('apt-get', ['update'], { what: 'apt-get update', env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...names], { what: 'apt-get install', env });
  });
}

const policy = '/usr/sbin/policy-rc.d';

/** Debian starts a service when its package is installed: the tests start a Redis of their own and want no other on the machine. */
async function withoutServices(work) {
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(policy, { force: true });
  }
}
