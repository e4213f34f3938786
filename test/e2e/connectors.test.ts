/** Connectors in a real browser: pasted, tested, changed, and the same list without acts for a viewer. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { type Console, openConsole } from '../support/console';
import { everythingServer } from '../support/peers';
import { startServer, type TestServer } from '../support/server';

let server: TestServer;
let console_: Console;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

describe('connectors', () => {
  covers('connectors.import', 'connectors.secrets', 'connectors.safety');

  it('are pasted as people have them, each entry with a result of its own', async () => {
    await page.goto(`${server.url}/connectors`);
    await page.getByRole('button', { name: 'Add…' }).click();
    const dialog = page.getByRole('dialog');
    const { command, args } = everythingServer();
    const mcpServers = { everything: { command, args, env: { API_KEY: 'sk-very-secret' } }, nothing: {} };
    await dialog.getByLabel('mcpServers').fill(JSON.stringify({ mcpServers }));
    await dialog.getByRole('button', { name: 'Add 2 connectors' }).click();
    await dialog.getByText('1 of 2 connectors added').waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /everything ready/ }).waitFor();
  });

  it('are tested, and show the class of each tool and never a secret', async () => {
    await page.getByRole('link', { name: 'everything', exact: true }).click();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText(/^It answered with \d+ tools in/).waitFor();
    await page.getByRole('row', { name: /echo.*read.*runs at once/ }).waitFor();
    await page.getByRole('button', { name: 'Change everything' }).click();
    await page.getByRole('menuitem', { name: 'Edit…' }).click();
    expect(await page.getByLabel(/^Environment/).inputValue()).toBe('API_KEY=••••••••');
    expect(await page.content()).not.toContain('sk-very-secret');
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('have a tool made stricter by an admin, which the page shows at once', async () => {
    await page.getByRole('row', { name: /echo/ }).hover();
    await page.getByRole('button', { name: 'Change echo' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('A call of it').selectOption('disabled');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /echo.*refused/ }).waitFor();
  });

  it('offer a viewer everything to read and nothing to press', async () => {
    const viewer = { email: 'viewer@example.com', password: 'an entirely new password' };
    const headers = { origin: server.url };
    const data = { ...viewer, name: 'Viewer', role: 'viewer' };
    expect((await page.request.post(`${server.url}/api/operators`, { data, headers })).status()).toBe(201);
    const { page: seen } = await console_.signIn(viewer);
    await seen.goto(`${server.url}/connectors/everything`);
    await seen.getByRole('table', { name: 'Tools' }).waitFor();
    expect(
      await seen
        .getByRole('main')
        .getByRole('button', { name: /Test|Lock|Change/ })
        .count(),
    ).toBe(0);
    await seen.goto(`${server.url}/plugins`);
    await seen.getByRole('table', { name: 'What each plugin may call' }).waitFor();
    expect(
      await seen
        .getByRole('main')
        .getByRole('button', { name: /Grant|Revoke|Install/ })
        .count(),
    ).toBe(0);
    expect(await console_.accessibilityProblems(seen)).toEqual([]);
  });

  it('met no error and no violation of the page policy on the way', () => {
    expect(console_.problems).toEqual([]);
  });
});
