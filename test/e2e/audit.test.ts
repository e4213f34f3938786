/** The Audit page: found, read, followed and proved in a real browser. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { type Console, openConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';

let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
let console_: Console;
let page: Page;
let revokedId: string;

const principal = { userId: 'dana' };
async function startRun(title: string): Promise<string> {
  const body = { title, projectId: 'demo', kind: 'external', principal };
  return (await orchestrator.call('runs.create', { body })).run.id;
}
const actions = () => page.getByRole('table', { name: 'The record' }).locator('tbody tr td:nth-child(4)');
const shown = () => actions().allTextContents();
const param = (name: string) => new URL(page.url()).searchParams.get(name);

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  revokedId = await startRun('Triage inbound issues');
  await startRun('Nightly dependency sweep');
  await operator.call('runs.revoke', { params: { id: revokedId }, body: { reason: 'it ran wild' } });
  console_ = await openConsole(server.url);
  const window = await console_.signIn();
  page = window.page;
  await window.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${server.url}/audit`);
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

describe('the audit page', () => {
  covers('audit.list', 'audit.export', 'audit.tampering-found');

  it('keeps its filters in the URL, and a window that is given the URL shows the same rows', async () => {
    await page.getByRole('button', { name: 'Action', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'run.start' }).click();
    await eventually(async () => expect(await shown()).toEqual(['run.start', 'run.start']));
    expect(param('action')).toBe('run.start');
    await page.keyboard.press('/');
    await page.getByPlaceholder('anything in a row').fill('Triage');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await shown()).toEqual(['run.start']));
    expect(param('q')).toBe('Triage');
    await page.reload();
    await eventually(async () => expect(await shown()).toEqual(['run.start']));
    await page.getByRole('button', { name: 'Clear Text' }).click();
    await page.getByRole('button', { name: 'Clear Action' }).click();
    await eventually(async () => expect(await shown()).toContain('sign_in'));
  });

  it('narrows to what an actor or a target of a row has to do with', async () => {
    await page.goto(`${server.url}/audit?action=run.revoke`);
    await page.getByRole('link', { name: revokedId.slice(-6) }).click();
    expect(param('target')).toBe(revokedId);
    await page.getByRole('button', { name: 'Clear Action' }).click();
    await eventually(async () => expect(await shown()).toEqual(['run.revoke', 'run.start']));
    await page.getByRole('link', { name: 'environment key' }).click();
    await eventually(async () => expect(await shown()).toEqual(['run.start']));
    expect(param('actor')).toBe('key:key_environment');
  });

  it('opens a row to its data and the hashes that chain it, and its link finds it again', async () => {
    const { items } = await operator.call('audit.list', { query: { action: 'run.revoke' } });
    const [row] = items;
    if (!row) throw new Error('The revoke is not on the record.');
    await page.goto(`${server.url}/audit?action=run.revoke`);
    await page.getByRole('button', { name: `Row ${row.seq}, details` }).click();
    const details = page.getByRole('region', { name: `Row ${row.seq}` });
    for (const text of ['it ran wild', row.prevHash, row.hash]) await details.getByText(text).waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await details.getByRole('button', { name: 'Copy link' }).click();
    await details.getByRole('button', { name: 'Copied' }).waitFor();
    await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
    await details.getByText(row.hash).waitFor();
  });

  it('shows rows as they are written, and holds them back while it is paused', async () => {
    await page.goto(`${server.url}/audit?action=run.start`);
    await eventually(async () => expect(await shown()).toHaveLength(2));
    await page.getByText('Live', { exact: true }).waitFor();
    await startRun('Release notes');
    await eventually(async () => expect(await shown()).toHaveLength(3));
    await page.getByRole('button', { name: 'Pause' }).click();
    await startRun('Index docs');
    await page.getByRole('button', { name: 'Resume, 1 row waiting' }).click();
    await eventually(async () => expect(await shown()).toHaveLength(4));
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  it('exports what fits the filters for whoever may, and offers it to nobody else', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'JSON lines' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(Array(4).fill('run.start'));

    const viewer = { email: 'vera@example.com', password: 'a password of viewers' };
    await operator.call('operators.create', { body: { ...viewer, name: 'Vera', role: 'viewer' } });
    const other = await console_.signIn(viewer);
    await other.page.goto(`${server.url}/audit`);
    await other.page.getByRole('button', { name: 'Verify' }).waitFor();
    expect(await other.page.getByRole('button', { name: 'Export' }).count()).toBe(0);
    await other.context.close();
  });

  it('verifies the record and names its head', async () => {
    await page.getByRole('button', { name: 'Verify' }).click();
    const panel = page.getByRole('region', { name: 'Verification' });
    await panel.getByText(/^The record is whole: \d+ rows/).waitFor();
    const head = Number(await panel.locator('dd code').first().textContent());
    const { items } = await operator.call('audit.list', { query: { limit: 200 } });
    expect(await panel.textContent()).toContain(items.find((row) => row.seq === head)?.hash);
  });

  it('says which row was changed behind its back', async () => {
    const database = new BetterSqlite(path.join(server.dataDir, 'gatehouse.db'));
    const { seq } = database.prepare(`SELECT "seq" FROM "AuditRow" WHERE "action" = 'run.revoke'`).get() as {
      seq: number;
    };
    database.prepare(`UPDATE "AuditRow" SET "data" = replace("data", 'wild', 'mild') WHERE "seq" = ?`).run(seq);
    database.close();
    await page.getByRole('button', { name: 'Verify' }).click();
    const panel = page.getByRole('region', { name: 'Verification' });
    await panel.getByText('tampered with or damaged').waitFor();
    await panel.getByText(`Row ${seq} was changed after it was written.`).waitFor();
  });

  it('met no error and no violation of the page policy on the way', () => {
    expect(console_.problems).toEqual([]);
  });
});
