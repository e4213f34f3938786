/** Plugins in a real browser: installed after a look, granted in the cell, revoked with its price in sight, live in a second window. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { type Console, openConsole } from '../support/console';
import { service } from '../support/http-client';
import { startServer, type TestServer } from '../support/server';
import { temporaryDir } from '../support/temporary-dir';

let server: TestServer;
let console_: Console;
let page: Page;
let other: Page;
const folders = temporaryDir();

function pluginFolder(name: string, manifest: Record<string, unknown>): string {
  const folder = path.join(folders.path, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'gatehouse.plugin.json'), JSON.stringify(manifest));
  return folder;
}
const cell = (of: Page, act: RegExp) => of.getByRole('button', { name: act });

beforeAll(async () => {
  server = await startServer();
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
  other = (await console_.signIn()).page;
  await Promise.all([page, other].map((each) => each.goto(`${server.url}/plugins`)));
  await other.getByText('Live', { exact: true }).waitFor();
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
  folders.remove();
});

describe('plugins', () => {
  covers('plugins.manifest', 'plugins.digest', 'plugins.trust', 'plugins.impact');

  it('show every mistake of a manifest, and what a good one asks for, before anything is installed', async () => {
    const bad = pluginFolder('bad', { id: 'Bad Id', capabilities: { required: ['connector:*', 'root'] } });
    const good = pluginFolder('crm-sync', {
      id: 'crm-sync',
      name: '<img src=x onerror=alert(1)>',
      version: '0.9.3',
      description: 'Tells the team.',
      capabilities: { required: [], optional: ['connector:files', 'bash'] },
    });
    await page.getByRole('button', { name: 'Install…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Folder').fill(bad);
    await dialog.getByRole('button', { name: 'Look at it' }).click();
    await dialog.getByRole('list', { name: 'Problems' }).waitFor();
    expect(await dialog.getByRole('list', { name: 'Problems' }).getByRole('listitem').count()).toBeGreaterThan(2);
    await dialog.getByLabel('Folder').fill(good);
    await dialog.getByRole('button', { name: 'Look at it' }).click();
    await dialog.getByRole('region', { name: 'May also use' }).getByText('bash', { exact: true }).waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Install it' }).click();
    await cell(other, /^Grant connector:files to <img/).waitFor();
  });

  it('are granted in the cell, elevated ones never preselected, and a second window follows', async () => {
    await page.goto(`${server.url}/plugins?plugin=crm-sync`);
    await page.getByRole('button', { name: 'Grant what it asks for…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('checkbox', { name: /^connector:files/ }).isChecked()).toBe(true);
    expect(await dialog.getByRole('checkbox', { name: /^bash/ }).isChecked()).toBe(false);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await cell(page, /^Grant connector:files to <img/).click();
    await dialog.getByLabel('Reason').fill('it reads the notes');
    await dialog.getByLabel('Ends after').selectOption({ label: '1 hour' });
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await cell(other, /^Revoke connector:files from <img.*: granted until/).waitFor();
  });

  it('lose a grant only after the live runs that lose it were shown', async () => {
    const program = service(server.url, server.serviceKey);
    const run = { title: 'Sync the CRM', projectId: 'crm', kind: 'external', pluginId: 'crm-sync' };
    await program.attempt('runs.create', { body: { ...run, principal: { userId: 'dana' } } });
    await cell(page, /^Revoke connector:files from <img/).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('link', { name: 'Sync the CRM' }).waitFor();
    await dialog.getByLabel('Reason').fill('not any more');
    await dialog.getByRole('button', { name: 'Revoke connector:files' }).click();
    await cell(other, /^Grant connector:files to <img/).waitFor();
  });
});

describe('locks', () => {
  covers('locks.bite');

  it('are set from the header of a run, end it, and say why wherever they bite', async () => {
    await page.goto(`${server.url}/runs`);
    await page.getByRole('link', { name: 'Sync the CRM' }).click();
    await page.getByRole('button', { name: 'Lock user' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('Message', { exact: true }).fill('Ask Ines first');
    await dialog.getByRole('button', { name: 'Lock user' }).click();
    await page.getByText('The user dana is locked: Ask Ines first').waitFor();
    await page.getByText('revoked', { exact: true }).first().waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
  });

  it('met no error and no violation of the page policy on the way', () => {
    const refusal = /^Failed to load resource: the server responded with a status of 400 /;
    expect(console_.problems.filter((problem) => !refusal.test(problem))).toEqual([]);
  });
});
