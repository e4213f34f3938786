/**
 * The sandbox of a command, as arguments of bubblewrap. It promises that the command has no network, no process, no file and
 * no privilege of the host but these: the system's programs to read, and its run's directory to write. What Gatehouse keeps
 * for itself is hidden even where it lies inside one of the two. Whoever attacks it writes the command.
 */
import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { limits } from '@/lib/platform/limits';
import { contains } from '../paths';

export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a command finds beside the programs: nothing that names a person, a host or a secret. */
const readableEtc = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'localtime',
  'timezone',
  'nsswitch.conf',
  'mime.types',
  'bash.bashrc',
  'profile',
];
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'];

export interface SandboxOptions {
  /** Real paths. */
  directory: string;
  hidden: readonly string[];
  runId: string;
  /** Files that stand for /etc/passwd and /etc/group. */
  accounts: { passwd: string; group: string };
  /** Where bubblewrap tells what became of the command. */
  statusFd: number;
  /** How long any one process may compute, in seconds. */
  cpuSeconds: number;
  /** Newer releases can keep the command from making user namespaces of its own, each a way to more of the kernel. */
  canDisableUserns: boolean;
}

/** Arguments of `nice`, up to the command itself. A command that takes all it can get must leave the server its share. */
export function sandboxArguments(options: SandboxOptions): string[] {
  const { directory, hidden, runId, accounts, statusFd, cpuSeconds, canDisableUserns } = options;
  return [
    ...['-n', '10', 'bwrap', '--json-status-fd', String(statusFd)],
    ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(canDisableUserns ? ['--disable-userns'] : []),
    ...['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox', '--cap-drop', 'ALL'],
    ...['--die-with-parent', '--new-session', '--clearenv'],
    ...Object.entries(commandEnvironment(runId, directory)).flatMap(([name, value]) => ['--setenv', name, value]),
    ...systemFolders.flatMap(readOnly),
    ...readableEtc.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...['--ro-bind', accounts.passwd, '/etc/passwd', '--ro-bind', accounts.group, '/etc/group'],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(limits.shellTmpBytes), '--tmpfs', '/dev/shm'],
    ...['--size', String(limits.shellTmpBytes), '--tmpfs', '/tmp'],
    // Before the directory, which may lie inside; then again, for what lies inside the directory.
    ...hidden.filter((path) => systemFolders.some((folder) => contains(folder, path))).flatMap(hide),
    ...['--bind', directory, directory, '--chdir', directory],
    ...hidden.filter((path) => contains(directory, path)).flatMap(hide),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--'],
    ...resourceLimits(cpuSeconds),
  ];
}

/**
 * Counted within the sandbox's own user namespace. Children of root are exempt from the number of processes, whatever they
 * are mapped to: the guard counts as well.
 */
export function resourceLimits(cpuSeconds: number): string[] {
  return [
    'prlimit',
    '--core=0',
    `--cpu=${cpuSeconds}`,
    `--nproc=${limits.shellProcesses}`,
    `--as=${limits.shellAddressBytes}`,
    `--fsize=${limits.shellFileBytes}`,
    `--nofile=${limits.shellOpenFiles}`,
    '--',
  ];
}

/** The whole environment of a command. The run's id is its mark: ending a run looks for it in every process. */
export function commandEnvironment(runId: string, directory: string): Record<string, string> {
  return { PATH: searchPath, HOME: directory, LANG: 'C.UTF-8', GATEHOUSE_RUN_ID: runId };
}

function readOnly(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return lstatSync(folder).isSymbolicLink()
    ? ['--symlink', readlinkSync(folder), folder]
    : ['--ro-bind', folder, folder];
}

function hide(path: string): string[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return [];
  return status.isDirectory() ? ['--tmpfs', path, '--remount-ro', path] : ['--ro-bind', '/dev/null', path];
}
