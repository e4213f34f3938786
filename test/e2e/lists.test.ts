/** Overview, Runs and Tokens in a real browser: live, filtered by URL, revoked in numbers, and light enough to load. */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, isLive, openConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { service, signIn, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';

const firstLoadLimitBytes = 220_000;

let server: TestServer;
let orchestrator: TestClient;
let console_: Console;
let page: Page;

const startRun = async (title: string, projectId = 'demo') =>
  (
    await orchestrator.call('runs.create', {
      body: { title, projectId, kind: 'external', principal: { userId: 'dana' } },
    })
  ).run.id;
const rows = (label: string) => page.getByRole('table', { name: label }).locator('tbody tr');
const titles = () => rows('Runs').locator('td:nth-child(2) a').allTextContents();
const dialog = () => page.locator('dialog[open]');

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

describe('the list of runs', () => {
  it('says how to start the first run, then shows runs as they start and end, without a reload', async () => {
    await page.goto(`${server.url}/runs`);
    await page.getByRole('button', { name: 'Start the first run' }).waitFor();
    const id = await startRun('Triage inbound issues');
    await eventually(async () => expect(await titles()).toEqual(['Triage inbound issues']));
    await orchestrator.call('runs.end', { params: { id }, body: { exitCode: 0 } });
    await eventually(async () => expect(await rows('Runs').first().textContent()).toContain('completed'));
  });

  it('keeps filters in the URL, and lets a run that no longer fits go', async () => {
    const id = await startRun('Only in shop', 'shop');
    await page.getByRole('button', { name: 'Project', exact: true }).click();
    await page.getByPlaceholder('project id').fill('shop');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await titles()).toEqual(['Only in shop']));
    expect(new URL(page.url()).search).toBe('?project=shop');
    await page.goto(`${page.url()}&status=live`);
    await eventually(async () => expect(await titles()).toEqual(['Only in shop']));
    await orchestrator.call('runs.end', { params: { id }, body: {} });
    await page.getByText('No run fits these filters').waitFor();
  });

  it('holds still while paused, and counts what changed', async () => {
    await page.goto(`${server.url}/runs`);
    await rows('Runs').first().waitFor();
    await page.getByRole('button', { name: 'Pause list' }).click();
    const before = await titles();
    await startRun('While paused');
    await page.getByRole('button', { name: 'Resume, 1 change waiting' }).waitFor();
    expect(await titles()).toEqual(before);
    await page.getByRole('button', { name: /Resume/ }).click();
    await eventually(async () => expect(await titles()).toEqual(['While paused', ...before]));
  });

  it('revokes exactly what is selected, with Cancel focused, a reason and the result of each', async () => {
    await Promise.all([startRun('First of two', 'pair'), startRun('Second of two', 'pair')]);
    await page.goto(`${server.url}/runs?project=pair`);
    await rows('Runs').nth(1).waitFor();
    await isLive(page);
    await rows('Runs').first().focus();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('ends 2 runs and 2 tokens').waitFor();
    await page.keyboard.press('Shift+R');
    await dialog().waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    const revoke = dialog().getByRole('button', { name: 'Revoke 2 runs' });
    expect(await revoke.isEnabled()).toBe(false);
    await dialog().getByLabel('Reason').fill('cleaning up');
    await revoke.click();
    await page.getByRole('heading', { name: '2 of 2 runs revoked' }).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await eventually(async () => expect((await rows('Runs').allTextContents()).join()).not.toContain('active'));
  });

  it('wants the number typed before it revokes more than ten', async () => {
    await Promise.all(Array.from({ length: 11 }, (_, index) => startRun(`Bulk ${index}`, 'bulk')));
    await page.goto(`${server.url}/runs?project=bulk&status=live`);
    await eventually(async () => expect(await rows('Runs').count()).toBe(11));
    await page.getByLabel('Select all shown').click();
    await page.getByRole('button', { name: 'Revoke 11 runs' }).click();
    await dialog().getByLabel('Reason').fill('cleaning up');
    const revoke = dialog().getByRole('button', { name: 'Revoke 11 runs' });
    expect(await revoke.isEnabled()).toBe(false);
    await dialog().getByLabel('Type 11 to go on').fill('11');
    await revoke.click();
    await page.getByRole('heading', { name: '11 of 11 runs revoked' }).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
  });

  it('loads at most 220 kB of JavaScript the first time', async () => {
    const context = await page
      .context()
      .browser()
      ?.newContext({ storageState: await page.context().storageState() });
    const fresh = await context?.newPage();
    const sizes: Promise<number>[] = [];
    fresh?.on('response', (response) => {
      if (response.url().endsWith('.js')) sizes.push(response.body().then((body) => gzipSync(body).length));
    });
    await fresh?.goto(`${server.url}/runs`);
    await fresh?.getByRole('table', { name: 'Runs' }).waitFor();
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(firstLoadLimitBytes);
    await context?.close();
  });
});

describe('the shell', () => {
  it('goes to pages by key and to runs by the palette', async () => {
    await page.goto(server.url);
    await page.getByText('Token checks a second').waitFor();
    await isLive(page);
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/tokens');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search pages, runs and actions').fill('Only in shop');
    await dialog().getByRole('option', { name: 'Only in shop' }).click();
    await page.waitForURL('**/runs/run_*');
  });

  it('starts a run from the keyboard, and says in place what the server refuses', async () => {
    await page.goto(`${server.url}/runs`);
    await isLive(page);
    await page.keyboard.press('n');
    await dialog().getByLabel('Title').fill('From the dialog');
    await dialog().getByLabel('Project').fill('demo');
    await dialog().getByLabel('Command', { exact: true }).fill(`bash -c 'exec sleep 60'`);
    await dialog().getByLabel('Directory').fill('/no/such/place');
    await dialog().getByRole('button', { name: 'Start the run' }).click();
    await dialog().getByRole('alert').waitFor();
    expect(await dialog().getByRole('alert').textContent()).toContain('/no/such/place');
    await dialog().getByLabel('Directory').fill('');
    await dialog().getByRole('button', { name: 'Start the run' }).click();
    await page.waitForURL('**/runs/run_*');
    expect(console_.problems.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  it('leaves out of a viewer’s pages what a viewer may not do', async () => {
    const viewer = { email: 'vic@example.com', password: 'a password for vic' };
    const owner = await signIn(server.url, admin.email, admin.password);
    await owner.call('operators.create', { body: { ...viewer, name: 'Vic', role: 'viewer' } });
    const window = await console_.signIn(viewer);
    await window.page.goto(`${server.url}/runs`);
    await window.page.getByRole('table', { name: 'Runs' }).waitFor();
    await window.page.getByLabel('Select all shown').click();
    await window.page.getByRole('button', { name: 'Export', exact: true }).waitFor();
    expect(await window.page.getByRole('button', { name: /Revoke|New run/ }).count()).toBe(0);
    await window.context.close();
  });
});

describe('the list of tokens', () => {
  it('lets a revoked token go where only live ones are shown', async () => {
    await startRun('Holds a token', 'tokens');
    await page.goto(`${server.url}/tokens?status=active`);
    const row = rows('Tokens').filter({ hasText: 'tokens' });
    await row.hover();
    await row.getByRole('button', { name: /^Revoke/ }).click();
    await dialog().getByLabel('Reason').fill('it leaked');
    await dialog().getByRole('button', { name: 'Revoke token' }).click();
    await page.getByText('Revoked 1 token.').waitFor();
    await eventually(async () => expect(await row.count()).toBe(0));
  });
});

describe('these pages', () => {
  it.each(['light', 'dark'] as const)('keep to WCAG, %s', { timeout: 240_000 }, async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    // A few rows of each list: the others are made the same way, and every one takes its time.
    for (const path of ['/', '/runs?q=Holds', '/tokens?status=revoked']) {
      await page.goto(`${server.url}${path}`);
      await page.getByText('Live', { exact: true }).first().waitFor();
      await eventually(async () => expect(await page.locator('[aria-label^="Loading"]').count()).toBe(0));
      // What a theme changes is its colours.
      const rules = colorScheme === 'light' ? undefined : ['color-contrast'];
      expect(await console_.accessibilityProblems(page, { rules })).toEqual([]);
    }
  });

  it('fit a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/', '/runs', '/tokens']) {
      await page.goto(`${server.url}${path}`);
      await page.getByRole('button', { name: 'More', exact: true }).waitFor();
      await eventually(async () => expect(await page.locator('[aria-label^="Loading"]').count()).toBe(0));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
  });

  it('have met no error and no violation of the page policy', () => {
    expect(console_.problems).toEqual([]);
  });
});
