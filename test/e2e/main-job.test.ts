/** The main job, as an operator does it on a fresh server: set up, start, watch, drive, revoke, replay, verify. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { processesWithEnv } from '../support/processes';
import { startServer, type TestServer } from '../support/server';

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let second: Page;
const problems: string[] = [];

beforeAll(async () => {
  server = await startServer({ env: { GATEHOUSE_ADMIN_EMAIL: undefined, GATEHOUSE_ADMIN_PASSWORD: undefined } });
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(20_000);
  context.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  context.on('weberror', (error) => problems.push(error.error().message));
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const screen = (of: Page) => of.locator('.xterm-rows');
async function shows(of: Page, text: string) {
  await eventually(async () => expect(await screen(of).textContent()).toContain(text), { timeoutMs: 20_000 });
}
async function type(line: string) {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}
/** The server gives control: what is typed before its answer is nobody's. */
async function takeControl() {
  await page.getByRole('button', { name: /Take/ }).click();
  await page.getByText('You are in control').waitFor();
}
const runId = () => /run_\w+/.exec(page.url())?.[0] ?? '';

describe('an operator on a fresh server', () => {
  it('becomes the admin by the link the server printed', async () => {
    const link = /http\S+\/setup#\S+/.exec(server.logs())?.[0];
    expect(link).toBeDefined();
    await page.goto(link ?? '');
    await page.getByLabel('Name').fill('Marta Ruiz');
    await page.getByLabel('Email').fill('marta@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a long enough password');
    await page.getByLabel(/again/i).fill('a long enough password');
    await page.locator('button[type=submit]').click();
    await page.getByRole('link', { name: 'Runs' }).first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('starts bash as a run from the page and drives its terminal', async () => {
    await page.goto(`${server.url}/runs`);
    await page
      .getByRole('button', { name: /New run/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Investigate 502 on checkout');
    await dialog.getByLabel('Project').fill('checkout');
    await dialog.getByRole('textbox', { name: 'Command' }).fill('bash --norc');
    await dialog.getByRole('textbox', { name: 'For', exact: true }).fill('dana');
    await dialog.locator('button[type=submit]').click();
    await page.waitForURL(/\/runs\/run_/);
    await takeControl();
    await type('echo $((40+2))-answer');
    await shows(page, '42-answer');
  });

  it('sees a full-screen program in a second tab, which only watches', async () => {
    await type(`printf '\\033[?1049h\\033[2J\\033[3;5Hfull screen\\033[?25l'; read; printf '\\033[?1049l\\033[?25h'`);
    await shows(page, 'full screen');
    second = await context.newPage();
    await second.goto(page.url());
    await shows(second, 'full screen');
    await second.getByRole('button', { name: /Take over/ }).waitFor();
    await type('');
    await shows(second, '42-answer');
  });

  it('has the screen restored by a reload, and can stop a flood', async () => {
    await page.reload();
    await shows(page, '42-answer');
    await takeControl();
    await type('yes flood');
    await shows(page, 'flood');
    await page.keyboard.press('Control+c');
    await type('echo back-$((1+1))');
    await shows(page, 'back-2');
  });

  it('revokes it, stubborn child and all, and both tabs say so', async () => {
    await type(`trap '' HUP TERM; setsid sleep 999 &`);
    await eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', runId()).length >= 2);
    await page
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .click();
    const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await dialog.getByText(/2 processes/).waitFor();
    await dialog.getByRole('textbox').fill('went astray');
    await dialog.getByRole('button', { name: 'Revoke run' }).click();
    for (const tab of [page, second]) {
      await tab.getByText('Revoked: went astray').first().waitFor();
      expect(await screen(tab).textContent()).toContain('back-2');
    }
    await eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', runId()).length === 0);
  });

  it('replays what was shown, and verifies the record', async () => {
    await page
      .getByRole('tab', { name: /Recording/ })
      .or(page.getByRole('link', { name: /Recording/ }))
      .first()
      .click();
    const recording = page.getByRole('region', { name: 'Recording' });
    await recording.getByText('SHA-256').waitFor();
    await recording.getByLabel('Place in the recording').press('End');
    await eventually(async () => expect(await recording.locator('.xterm-rows').textContent()).toContain('back-2'), {
      timeoutMs: 20_000,
    });
    await page.goto(`${server.url}/audit`);
    await page.getByRole('button', { name: /Verify/ }).click();
    await page.getByText(/The record is whole/).waitFor();
  });

  it('met no error and no violation of the page policy on the way', () => {
    expect(problems).toEqual([]);
  });
});
