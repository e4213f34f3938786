/** The first minute of a newcomer: the demo run, its calls with their paths through the gate, a grant, a decision and a revoke. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, openConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { type OperatorClient, signIn } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';

let server: TestServer;
let owner: OperatorClient;
let console_: Console;
let page: Page;
let runId: string;

const rows = (where = page) => where.getByRole('table', { name: 'Calls of the run' }).locator('tbody tr');
const row = (text: string) => rows().filter({ hasText: text });
const panel = () => page.getByRole('complementary', { name: /^Call / });
const path = () => page.getByRole('list', { name: 'Path through the gate' });
const dialog = () => page.locator('dialog[open]');

beforeAll(async () => {
  server = await startServer();
  owner = await signIn(server.url, admin.email, admin.password);
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

describe('the demo run', () => {
  it('starts from the empty list of runs, under its plugin, and shows its calls as they happen', async () => {
    await page.goto(`${server.url}/runs`);
    await page.getByRole('button', { name: 'Start a demo run' }).click();
    await page.waitForURL('**/runs/run_*');
    runId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('link', { name: 'demo', exact: true }).waitFor();
    await page.getByText('restricted', { exact: true }).waitFor();
    await page.getByRole('link', { name: /^Calls/ }).click();
    await row('list_files').filter({ hasText: 'allowed' }).first().waitFor();
    await row('read_load').filter({ hasText: 'not granted' }).first().waitFor();
    await row('write_file').filter({ hasText: 'waiting' }).first().waitFor();
    await page.getByRole('link', { name: /^Calls [1-9]/ }).waitFor();
  });

  it('shows where a refused call stopped and why, and has a URL for it', async () => {
    await row('not granted').first().click();
    await panel().getByText('CONNECTOR_NOT_GRANTED').waitFor();
    await panel().getByText('Nothing was sent.', { exact: false }).waitFor();
    const steps = await path().locator('li').allTextContents();
    expect(steps).toHaveLength(9);
    expect(steps[3]).toMatch(/Plugin: refused/);
    expect(steps[4]).toMatch(/Connector and input: not reached/);
    expect(steps[8]).toMatch(/Recorded: passed/);
    await panel().getByText('Arguments', { exact: true }).waitFor();
    await page.reload();
    await panel().getByText('CONNECTOR_NOT_GRANTED').waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await panel().getByRole('link', { name: /^row / }).click();
    await page.waitForURL('**/audit?*');
    await page.getByRole('region', { name: /^Row / }).waitFor();
    await page.goto(`${server.url}/runs/${runId}?tab=calls`);
  });

  it('decides what waits, and the call says who let it through', async () => {
    await row('write_file').filter({ hasText: 'waiting' }).first().click();
    await panel().getByRole('link', { name: 'Decide' }).click();
    await page.waitForURL('**/approvals/apr_*');
    await page.getByText('Exactly these arguments will be sent').waitFor();
    await page.getByRole('button', { name: /^Approve once/ }).click();
    await page.goto(`${server.url}/runs/${runId}?tab=calls`);
    await row('write_file').filter({ hasText: 'approved by' }).first().waitFor();
  });

  it('grants what was missing on the spot, and the next such call of the live run passes', async () => {
    await row('not granted').first().click();
    await panel().getByRole('button', { name: 'Grant connector:system…' }).click();
    await dialog().getByLabel('Reason').fill('it may read the load');
    await dialog().getByRole('button', { name: 'Grant', exact: true }).click();
    await panel().getByText('has been granted since').waitFor();
    await row('read_load').filter({ hasText: 'allowed' }).first().waitFor();
  });

  it('keeps the filter by status in the URL', async () => {
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'refused' }).click();
    await eventually(async () => {
      const shown = await rows().allTextContents();
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.filter((text) => !text.includes('not granted'))).toEqual([]);
    });
    expect(new URL(page.url()).searchParams.get('status')).toBe('refused');
    await page.getByRole('button', { name: 'Clear Status' }).click();
  });

  it('keeps arguments and results from a viewer, and offers no grant that would be refused', async () => {
    const viewer = { email: 'vera@example.com', password: 'a password of viewers' };
    await owner.call('operators.create', { body: { ...viewer, name: 'Vera', role: 'viewer' } });
    const window = await console_.signIn(viewer);
    await window.page.goto(`${server.url}/runs/${runId}?tab=calls`);
    await rows(window.page).filter({ hasText: 'approved by' }).first().click();
    await window.page.getByText('arguments visible to auditors and admins').waitFor();
    expect(await window.page.getByText('Arguments', { exact: true }).count()).toBe(0);
    expect(await window.page.getByRole('button', { name: /Grant|Revoke/ }).count()).toBe(0);
    await window.context.close();
  });

  it('reads on a phone as a sheet over the whole screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${server.url}/runs/${runId}?tab=calls`);
    await page.getByRole('list', { name: 'Calls of the run' }).getByRole('button').first().click();
    await dialog().getByRole('list', { name: 'Path through the gate' }).waitFor();
    expect((await dialog().boundingBox())?.width).toBe(390);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await dialog().count()).toBe(0));
  });

  it('says at once that a run shows a secret, replays it without, and keeps saying so until that is acknowledged', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const command = ['sh', '-c', 'read -r line; echo "key ASIAIOSFODNN7EXAMPLE"; cat'];
    const { run } = await owner.call('runs.create', {
      body: { title: 'Leaky', projectId: 'demo', kind: 'pty', command, principal: { userId: 'dana' } },
    });
    await page.goto(`${server.url}/runs/${run.id}`);
    await page.getByRole('button', { name: 'Take control' }).click();
    // The server gives control: what is typed before its answer is nobody's.
    await page.getByText('You are in control').waitFor();
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert', { name: 'Secrets shown' });
    await alert.getByText('Something like an AWS access key id was shown in its terminal.').waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await alert.getByRole('link', { name: 'Go to the recording' }).click();
    // Its state is the page's, and is shown a moment after the click.
    await page.getByLabel('Redact secrets').click();
    await eventually(async () => expect(await page.getByLabel('Redact secrets').isChecked()).toBe(true));
    await page.getByLabel('Place in the recording').press('End');
    const screen = page.getByRole('region', { name: 'Recording' }).locator('.xterm-rows');
    await eventually(async () => expect(await screen.textContent()).toContain('[redacted: AWS access key id]'));
    await page.goto(server.url);
    const told = page.getByRole('region', { name: 'Secrets shown' });
    await told.getByText('“Leaky” showed something like an AWS access key id.').waitFor();
    await told.getByRole('link', { name: 'Look' }).click();
    await alert.getByRole('button', { name: 'Acknowledge' }).click();
    await eventually(async () => expect(await alert.count()).toBe(0));
    await owner.call('runs.revoke', { params: { id: run.id }, body: { reason: 'seen enough' } });
    await page.goto(`${server.url}/runs/${runId}`);
  });

  it('ends at a revoke, and has met no error and no violation of the page policy', async () => {
    await owner.call('runs.revoke', { params: { id: runId }, body: { reason: 'seen enough' } });
    await page.getByText('Revoked: seen enough').waitFor();
    expect(console_.problems).toEqual([]);
  });
});
