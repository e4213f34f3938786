/** What a server that is told to stop says to those who are connected. */
import { expect, it } from 'vitest';
import { covers } from '../requirements';
import { service, signIn } from '../support/http-client';
import { processesWithEnv } from '../support/processes';
import { admin, startServer } from '../support/server';
import { openSocket } from '../support/sockets';

it('closes every socket with 1012, ends its runs and exits with 0, though clients do not close', async () => {
  covers('process.drain', 'process.ready-line');
  const server = await startServer();
  try {
    expect(server.logs().match(/^Gatehouse ready at .*$/gm)).toEqual([`Gatehouse ready at ${server.url}`]);
    const operator = await signIn(server.url, admin.email, admin.password);
    const orchestrator = service(server.url, server.serviceKey);
    const body = {
      title: 'Shell',
      projectId: 'p',
      kind: 'pty',
      command: ['sleep', '600'],
      principal: { userId: 'dana' },
    };
    const { run } = await orchestrator.call('runs.create', { body });
    const open = async (endpoint: 'events' | 'pty' | 'ws') => {
      const runId = endpoint === 'pty' ? run.id : undefined;
      const { ticket } = await operator.call('tickets.mint', { body: { endpoint, runId } });
      const at = `/api/${endpoint}?ticket=${ticket}${runId ? `&run=${runId}` : ''}`;
      return openSocket(server.url, at, { origin: server.url });
    };
    const sockets = await Promise.all([open('events'), open('ws'), open('pty')]);
    await sockets[2].message(({ type }) => type === 'attached');
    const stopped = server.terminate();
    for (const socket of sockets) expect((await socket.closed).code).toBe(1012);
    expect(await stopped).toBe(0);
    expect(processesWithEnv('GATEHOUSE_RUN_ID', run.id)).toEqual([]);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  } finally {
    await server.stop();
  }
});
