/** The real server for a benchmark: quiet logs, and what every one of them asks of it. */
import { readFileSync } from 'node:fs';
import { service } from '@/test/support/http-client';
import { type StartServerOptions, startServer } from '@/test/support/server';

export async function startGatehouse({ env, ...options }: StartServerOptions = {}) {
  const server = await startServer({ ...options, env: { LOG_LEVEL: 'warn', ...env } });
  const api = service(server.url, server.serviceKey);

  return {
    ...server,
    pid: server.pid,
    api,
    /** A program on a terminal; answers the id of its run. */
    async startPty(command: string[], more: Record<string, unknown> = {}): Promise<string> {
      const body = {
        title: 'bench',
        projectId: 'bench',
        kind: 'pty',
        command,
        principal: { userId: 'bench' },
        ...more,
      };
      return (await api.call('runs.create', { body })).run.id;
    },
    /** Where a socket of this run's terminal is opened; good for one use. */
    async ptyUrl(runId: string): Promise<string> {
      const { ticket } = await api.call('tickets.mint', { body: { endpoint: 'pty', runId } });
      return `${server.url.replace('http', 'ws')}/api/pty?ticket=${ticket}&run=${runId}&cols=120&rows=32`;
    },
  };
}
export type Gatehouse = Awaited<ReturnType<typeof startGatehouse>>;

/** Resident memory of a process, in MB. */
export function rssMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1_024;
}

/** Processor time a process has used so far, all its threads together, in seconds. */
export function processorSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): user and system time are fields 14 and 15, in hundredths; the name before them may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
