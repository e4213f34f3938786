/** The record cannot be written: nothing is done, nothing is lost, and work goes on once it can. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { service, type TestClient } from '../support/http-client';
import { startServer, type TestServer } from '../support/server';

covers('process.busy-port', 'process.one-server', 'audit.unavailable', 'process.drain');

let server: TestServer;
let orchestrator: TestClient;

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(() => server.stop());

const principal = { userId: 'dana' };
const external = { title: 'External', projectId: 'p', kind: 'external', principal };
const refusedForTheRecord = { status: 503, body: { error: { code: 'AUDIT_UNAVAILABLE' } } };

/** Runs `during` while another process holds the database for writing. */
async function withUnwritableDatabase(during: () => Promise<void>): Promise<void> {
  const holder = new Database(join(server.dataDir, 'gatehouse.db'));
  holder.exec('BEGIN IMMEDIATE');
  try {
    await during();
  } finally {
    holder.exec('ROLLBACK');
    holder.close();
  }
}

describe('while the record cannot be written', () => {
  it('no run starts, none is revoked, no token is minted, and the server stays up', async () => {
    const { run, token } = await orchestrator.call('runs.create', { body: external });
    const before = await orchestrator.call('runs.list', {});
    await withUnwritableDatabase(async () => {
      expect(await orchestrator.attempt('runs.create', { body: external })).toMatchObject(refusedForTheRecord);
      const pty = { ...external, kind: 'pty', command: ['sleep', '60'] };
      expect(await orchestrator.attempt('runs.create', { body: pty })).toMatchObject(refusedForTheRecord);
      const revoke = { params: { id: run.id }, body: { reason: 'now' } };
      expect(await orchestrator.attempt('runs.revoke', revoke)).toMatchObject(refusedForTheRecord);
      expect(await orchestrator.attempt('runs.mintToken', { params: { id: run.id }, body: {} })).toMatchObject(
        refusedForTheRecord,
      );
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      const checked = await orchestrator.call('tokens.introspect', { body: { token: token?.token ?? '' } });
      expect(checked).toMatchObject({ active: true });
    });
    expect((await orchestrator.call('runs.list', {})).items).toHaveLength(before.items.length);
    const { revoked } = await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'later' } });
    expect(revoked.tokens).toBe(1);
    expect(await orchestrator.call('audit.verify', {})).toMatchObject({ ok: true });
  });
});

describe('a second server on the same data directory', () => {
  it('refuses to start and names the holder', async () => {
    await expect(startServer({ dataDir: server.dataDir })).rejects.toThrow(
      new RegExp(`GATEHOUSE_DATA_DIR: .* is in use by the Gatehouse with pid ${server.pid}`),
    );
  });

  it('and one on a busy port says so', async () => {
    await expect(startServer({ port: server.port })).rejects.toThrow(/PORT: .* is in use by another process/);
  });
});

describe('a server that is asked to stop', () => {
  it('exits with 0, ends its terminal runs with a reason, and goes on with its external ones', async () => {
    const pty = await orchestrator.call('runs.create', {
      body: { ...external, kind: 'pty', command: ['sleep', '600'] },
    });
    const kept = await orchestrator.call('runs.create', { body: external });
    expect(await server.terminate()).toBe(0);
    await server.restart();
    expect(await orchestrator.call('runs.get', { params: { id: pty.run.id } })).toMatchObject({
      status: 'failed',
      endReason: 'The server was shut down.',
    });
    expect(await orchestrator.call('runs.get', { params: { id: kept.run.id } })).toMatchObject({ status: 'active' });
    expect(await orchestrator.call('audit.verify', {})).toMatchObject({ ok: true });
  });
});
