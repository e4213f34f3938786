/** A disk that is full for good: nothing is done that cannot be recorded, the server stays up, and goes on once there is room. */
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { service, signIn, type TestClient } from '../support/http-client';
import { isAlive } from '../support/processes';
import { admin, startServer, type TestServer } from '../support/server';
import { temporaryDir } from '../support/temporary-dir';

/** A file system of 16 MiB of its own where that may be mounted, else a limit on the size of any file of the server. */
function smallDisk(dir: string) {
  const ballast = path.join(dir, 'ballast');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0700', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    const limit = (pid: number, bytes: string) =>
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
    return {
      fill: (pid: number) => limit(pid, '1'),
      // The limit ends with the process.
      free: (pid: number) => (isAlive(pid) ? limit(pid, 'unlimited') : undefined),
      remove: () => undefined,
    };
  }
  return {
    fill: () => {
      for (let blocks = statfsSync(dir).bavail + 16; blocks > 0; blocks -= 1) {
        try {
          writeFileSync(ballast, Buffer.alloc(blocks * statfsSync(dir).bsize));
          if (statfsSync(dir).bavail === 0) return;
        } catch {
          // One block less, until not one is left.
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => void execFileSync('umount', ['--lazy', dir]),
  };
}

const dir = temporaryDir();
const disk = smallDisk(dir.path);
let server: TestServer;
let orchestrator: TestClient;
beforeAll(async () => {
  server = await startServer({ dataDir: dir.path });
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(async () => {
  disk.free(server.pid);
  await server.stop();
  disk.remove();
  dir.remove();
});

const principal = { userId: 'dana' };
const external = { title: 'External', projectId: 'p', kind: 'external' as const, principal };
const unavailable = { status: 503, body: { error: { code: 'AUDIT_UNAVAILABLE' } } };

describe('a full disk', () => {
  covers('audit.unavailable', 'process.probes');

  it('refuses what cannot be recorded, keeps checking tokens, and all goes on when there is room', async () => {
    const { run, token } = await orchestrator.call('runs.create', { body: external });
    const shell = await orchestrator.call('runs.create', { body: { ...external, kind: 'pty', command: ['cat'] } });
    const operator = await signIn(server.url, admin.email, admin.password);
    const params = { id: run.id };
    const before = await orchestrator.call('runs.list');

    disk.fill(server.pid);
    // What was preallocated is used up first; from the first refusal on, every one is refused.
    await eventually(
      async () =>
        (await orchestrator.attempt('runs.spend', { params, body: { usd: 0, source: 'fill' } })).status === 503,
      { everyMs: 1 },
    );
    const refused = await Promise.all([
      orchestrator.attempt('runs.create', { body: external }),
      orchestrator.attempt('runs.create', { body: { ...external, kind: 'pty', command: ['sleep', '60'] } }),
      orchestrator.attempt('runs.mintToken', { params, body: {} }),
      orchestrator.attempt('runs.revoke', { params, body: { reason: 'full' } }),
      operator.attempt('serviceKeys.create', { body: { name: 'No', scopes: ['runs:read'] } }),
      operator.attempt('tickets.mint', { body: { endpoint: 'events' } }),
    ]);
    for (const answer of refused) expect(answer).toMatchObject(unavailable);
    expect(await orchestrator.call('tokens.introspect', { body: { token: token?.token ?? '' } })).toMatchObject({
      active: true,
    });
    expect((await orchestrator.call('runs.list')).items).toHaveLength(before.items.length);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(await orchestrator.call('runs.get', { params: { id: shell.run.id } })).toMatchObject({ status: 'active' });

    disk.free(server.pid);
    const revoked = await eventually(() =>
      orchestrator.call('runs.revoke', { params, body: { reason: 'room again' } }),
    );
    expect(revoked.revoked.tokens).toBe(1);
    await orchestrator.call('runs.create', { body: external });
    expect(await orchestrator.call('audit.verify')).toMatchObject({ ok: true, problems: [] });
    expect(server.logs()).not.toContain('"event":"uncaughtException"');
  });

  it('does not keep a child’s exit or a recording from ending its run', async () => {
    const { run } = await orchestrator.call('runs.create', {
      body: { ...external, kind: 'pty', command: ['bash', '-c', 'read -r; exit 7'] },
    });
    disk.fill(server.pid);
    await eventually(async () => (await orchestrator.attempt('runs.create', { body: external })).status === 503, {
      everyMs: 1,
    });
    for (const pid of [run.pid ?? -1]) process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      expect(text).toMatch(/^gatehouse_runs\{status="active"\} 2$/m);
    });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    disk.free(server.pid);
    await eventually(() => orchestrator.call('runs.create', { body: external }));
    expect(await orchestrator.call('audit.verify')).toMatchObject({ ok: true });
  });

  it('leaves a data directory that starts again', async () => {
    disk.fill(server.pid);
    await server.kill9();
    disk.free(server.pid);
    await server.restart();
    expect(await orchestrator.call('audit.verify')).toMatchObject({ ok: true, problems: [] });
  });
});
