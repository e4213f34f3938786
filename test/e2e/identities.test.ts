/** Identities in a real browser: granted from the list, explained on the page, removed again, live in a second window. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { type Console, openConsole } from '../support/console';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { addJournal } from '../support/journal';
import { admin, startServer, type TestServer } from '../support/server';

covers('identities.list');

let server: TestServer;
let console_: Console;
let page: Page;
let operator: OperatorClient;
let orchestrator: TestClient;
let agent: TestClient;
let runId: string;

beforeAll(async () => {
  server = await startServer();
  operator = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
  await addJournal(server, operator);
  const principal = { userId: 'maya/<b>ü</b>', platform: 'discord', guildId: 'g1', userAliases: ['maya-old'] };
  const body = { title: 'Nightly', projectId: 'p1', kind: 'external', principal };
  const { run, token } = await orchestrator.call('runs.create', { body });
  agent = service(server.url, token?.token ?? '');
  runId = run.id;
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

const call = (nonce: string) =>
  agent.call('tools.execute', { body: { connectorId: 'journal', toolName: 'get_line', input: { nonce } } });

describe('identities', () => {
  it('are listed with what they hold, and opened with the keyboard', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('heading', { name: 'Identities' }).waitFor();
    await page.getByRole('row', { name: /maya\/<b>ü<\/b>.*discord.*none/ }).waitFor();
    await page.getByRole('row', { name: /discord/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'maya/<b>ü</b>', level: 1 }).waitFor();
    await page.getByText('It holds no privilege.').waitFor();
  });

  it('are granted privileges with a reason, everywhere and in a guild, and say where each comes from', async () => {
    await page.getByRole('button', { name: 'Grant privileges everywhere' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: /BYPASS_RATELIMIT/ }).check();
    await dialog.getByLabel('Reason').fill('Nightly import');
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    const everywhere = page.getByRole('region', { name: 'Everywhere' });
    await everywhere.getByText(/granted by admin@example.com, .*Nightly import/).waitFor();

    await page.getByRole('button', { name: 'Grant in a guild or channel…' }).click();
    await dialog.getByLabel('Guild').fill('g1');
    await dialog.getByText('choose BYPASS_RATELIMIT too').waitFor();
    expect(await dialog.getByRole('checkbox', { name: /UNSANDBOXED_EXEC/ }).count()).toBe(0);
    await dialog.getByRole('checkbox', { name: /FILE_OPS/ }).check();
    await dialog.getByLabel('Reason').fill('Reports of this guild');
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByRole('region', { name: 'In guild g1' }).getByText('FILE_OPS').waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
  });

  it('show a change that somebody else makes, an alias among them, without a reload', async () => {
    await operator.call('identities.privileges', {
      params: { userId: 'maya-old' },
      body: { platform: 'discord', grant: ['GATE_USE'], reason: 'As before' },
    });
    const everywhere = page.getByRole('region', { name: 'Everywhere' });
    await everywhere.getByText('GATE_USE').waitFor();
    await everywhere.getByRole('link', { name: 'maya-old' }).waitFor();
    expect(await everywhere.getByRole('button', { name: /Remove GATE_USE/ }).count()).toBe(0);
  });

  it('lose a privilege with a reason, and the record says so', async () => {
    await page.getByRole('button', { name: 'Remove BYPASS_RATELIMIT everywhere' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('Reason').fill('The import is over');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Remove BYPASS_RATELIMIT everywhere' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Audit', exact: true }).last().click();
    await page.getByRole('row', { name: /privilege.revoke.*The import is over/ }).waitFor();
  });

  it('show what was done for them as it happens, and a call leads back to them', async () => {
    await page.getByRole('link', { name: 'Calls', exact: true }).click();
    await page.getByText('No tool has been called for this user yet').waitFor();
    await call('n1');
    await page.getByRole('row', { name: /journal get_line/ }).click();
    await page.waitForURL((at) => at.pathname === `/runs/${runId}`);
    await page.getByRole('link', { name: 'maya/<b>ü</b>' }).click();
    await page.waitForURL((at) => at.pathname.startsWith('/identities/'));
    await page.getByRole('region', { name: 'In guild g1' }).waitFor();
  });

  it('are for admins: nobody else is shown the page, its place in the side bar or a button', async () => {
    const body = { email: 'vera@example.com', name: 'Vera', role: 'viewer' as const, password: admin.password };
    await operator.call('operators.create', { body });
    const viewer = (await console_.signIn({ email: body.email, password: body.password })).page;
    await viewer.getByRole('link', { name: 'Plugins' }).waitFor();
    expect(await viewer.getByRole('link', { name: 'Identities' }).count()).toBe(0);
    await viewer.goto(`${server.url}/identities`);
    await viewer.getByText('Only admins see the identities').waitFor();
    expect(await viewer.getByRole('button', { name: /Grant/ }).count()).toBe(0);
  });

  it('bring no error to the console of the browser', () => {
    expect(console_.problems).toEqual([]);
  });
});
