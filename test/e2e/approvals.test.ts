/** The Approvals page in a real browser, with real calls held by the gate: read, approved, denied, raced for and out of reach. */
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
let token: string;

const ines = { email: 'ines@example.com', password: 'a password for ines' };
const hostile = 'one line\n<img src=x onerror="document.title=1">\u202egpj.exe';

/** Asks for a write, which the gate holds. */
async function hold(path: string, content = 'a note'): Promise<{ callId: string; approvalId: string }> {
  const response = await fetch(`${server.url}/api/tools/connectors/execute`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ connectorId: 'files', toolName: 'write_file', input: { path, content } }),
  });
  expect(response.status).toBe(202);
  return (await response.json()) as { callId: string; approvalId: string };
}
async function outcomeOf(callId: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}/api/tools/calls/${callId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, text: await response.text() };
}
const statusOf = async (approvalId: string) =>
  (await owner.call('approvals.get', { params: { id: approvalId } })).status;
const detail = (where = page) => where.getByRole('article', { name: 'files write_file' });
const dialog = (where = page) => where.locator('dialog[open]');

beforeAll(async () => {
  server = await startServer();
  owner = await signIn(server.url, admin.email, admin.password);
  await owner.call('operators.create', { body: { ...ines, name: 'Ines', role: 'operator' } });
  const started = await owner.call('runs.create', {
    body: { title: 'Triage inbound issues', projectId: 'demo', kind: 'external', principal: { userId: 'dana' } },
  });
  token = started.token?.token ?? '';
  await eventually(async () => {
    const { status } = await owner.call('connectors.get', { params: { id: 'files' } });
    expect(status).toBe('ready');
  });
  await owner.call('connectors.update', {
    params: { id: 'files' },
    body: { limits: { callsPerMinute: 1000, callsPerRun: 1000 } },
  });
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

describe('the approvals page', () => {
  it('shows a held call as it comes, with exactly the arguments that would be sent and nothing in them at work', async () => {
    await page.goto(`${server.url}/approvals`);
    await page.getByText('Nothing waits for you').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await hold('notes/first.md', hostile);
    await detail().waitFor();
    await detail().getByText('Exactly these arguments will be sent').waitFor();
    await detail().getByText('"path": "notes/first.md"').waitFor();
    const text = (await detail().textContent()) ?? '';
    expect(text).toContain('<img src=x onerror="document.title=1"><U+202E>gpj.exe');
    expect(await detail().locator('img').count()).toBe(0);
    for (const fact of ['Triage inbound issues', 'dana', 'Why it asks']) expect(text).toContain(fact);
    await eventually(async () => expect(await page.title()).toBe('(1) Approvals · Gatehouse'));
    await page.getByRole('link', { name: 'Approvals 1 waiting' }).waitFor();
    await detail().getByRole('button', { name: 'JSON' }).click();
    await detail().getByText('one line\\n').waitFor();
  });

  it('goes to another page by "g r", and approves nothing by it', async () => {
    const { items } = await owner.call('approvals.list', { query: { status: 'pending' } });
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL('**/runs');
    expect(await statusOf(items[0]?.id ?? '')).toBe('pending');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/approvals');
    await detail().waitFor();
  });

  it('lets a call through once by A, and goes on to the next', async () => {
    const second = await hold('notes/second.md');
    await page.getByText('2 waiting').first().waitFor();
    await eventually(async () =>
      expect(
        await detail()
          .getByRole('button', { name: /^Approve once/ })
          .isEnabled(),
      ).toBe(true),
    );
    await page.keyboard.press('a');
    await page.getByText('files write_file: approved once.').waitFor();
    await page.waitForURL(`**/approvals/${second.approvalId}`);
    await detail().getByText('notes/second.md').waitFor();
    expect(await statusOf(second.approvalId)).toBe('pending');
  });

  it('denies with a reason that reaches the agent', async () => {
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const { callId } = await owner.call('approvals.get', { params: { id } });
    await eventually(async () => expect(await detail().getByRole('button', { name: /^Deny/ }).isEnabled()).toBe(true));
    await page.keyboard.press('x');
    await dialog().getByLabel('Reason').fill('not on a Sunday');
    await page.keyboard.press('Enter');
    await page.getByText('files write_file: denied.').waitFor();
    await page.getByText('Nothing waits for you').waitFor();
    const outcome = await outcomeOf(callId);
    expect(outcome.status).toBe(403);
    expect(outcome.text).toContain('not on a Sunday');
  });

  it('puts the end off by E', async () => {
    const { approvalId } = await hold('notes/third.md');
    const before = (await owner.call('approvals.get', { params: { id: approvalId } })).expiresAt;
    await detail().waitFor();
    await page.keyboard.press('e');
    await eventually(async () =>
      expect((await owner.call('approvals.get', { params: { id: approvalId } })).expiresAt > before).toBe(true),
    );
    await page.getByRole('link', { name: 'Approvals 1 waiting' }).waitFor();
  });

  it('tells whoever comes second who was first, and changes nothing', async () => {
    const { items } = await owner.call('approvals.list', { query: { status: 'pending' } });
    const id = items[0]?.id ?? '';
    const other = await signIn(server.url, ines.email, ines.password);
    await page.route('**/decision', async (route) => {
      await other.call('approvals.decide', { params: { id }, body: { choice: 'deny', reason: 'mine' } });
      await route.continue();
    });
    await detail()
      .getByRole('button', { name: /^Approve once/ })
      .click();
    await page.getByText(/files write_file was denied by .* before you\. Nothing was changed\./).waitFor();
    await page.unroute('**/decision');
    await detail().getByText('“mine”').waitFor();
    expect(
      await detail()
        .getByRole('button', { name: /Approve|Deny/ })
        .count(),
    ).toBe(0);
    expect(await statusOf(id)).toBe('denied');
    expect(console_.problems.splice(0)).toEqual([expect.stringContaining('409')]);
  });

  it('does not move on to another call by itself when the one that is read is decided elsewhere', async () => {
    const [first, second] = [await hold('notes/a.md'), await hold('notes/b.md')];
    await page.goto(`${server.url}/approvals`);
    await detail().getByText('notes/a.md').waitFor();
    await owner.call('approvals.decide', { params: { id: first.approvalId }, body: { choice: 'deny' } });
    // Its countdown says "denied automatically" from the beginning: only the buttons tell that it is decided.
    await eventually(async () =>
      expect(
        await detail()
          .getByRole('button', { name: /^Approve/ })
          .count(),
      ).toBe(0),
    );
    await page.keyboard.press('a');
    await page.keyboard.press('j');
    await detail().getByText('notes/b.md').waitFor();
    expect(await statusOf(second.approvalId)).toBe('pending');
  });

  it('asks twice before a destructive call, with Cancel in focus', async () => {
    const tools = { write_file: { safety: 'destructive', approval: 'confirm' } };
    await owner.call('connectors.update', { params: { id: 'files' }, body: { tools } });
    const { approvalId } = await hold('notes/destroy.md');
    await page.goto(`${server.url}/approvals/${approvalId}`);
    await detail().getByText('destructive').first().waitFor();
    await detail().getByText('notes/destroy.md').waitFor();
    await page.keyboard.press('a');
    await dialog().waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    expect(await statusOf(approvalId)).toBe('pending');
    await dialog().getByRole('button', { name: 'Approve once' }).click();
    await eventually(async () => expect(await statusOf(approvalId)).toBe('approved'));
  });

  it('shows a viewer that a call waits, but neither its arguments nor a button that would be refused', async () => {
    const viewer = { email: 'vera@example.com', password: 'a password of viewers' };
    await owner.call('operators.create', { body: { ...viewer, name: 'Vera', role: 'viewer' } });
    const window = await console_.signIn(viewer);
    await window.page.goto(`${server.url}/approvals`);
    await detail(window.page).getByText('The arguments are not for your role').waitFor();
    expect(
      await detail(window.page)
        .getByRole('button', { name: /Approve|Deny|Extend/ })
        .count(),
    ).toBe(0);
    await window.page.keyboard.press('a');
    await window.context.close();
    const { items } = await owner.call('approvals.list', { query: { status: 'pending' } });
    expect(items).toHaveLength(1);
  });

  it('keeps what was decided, found by how', async () => {
    await page.goto(`${server.url}/approvals`);
    await page.getByRole('button', { name: 'Decided' }).click();
    await page.getByRole('list', { name: 'Decided' }).waitFor();
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'approved' }).click();
    await eventually(async () =>
      expect(await page.getByRole('list', { name: 'Decided' }).getByRole('button').count()).toBe(2),
    );
    expect(new URL(page.url()).search).toBe('?view=decided&status=approved');
  });

  it.each(['light', 'dark'] as const)('keeps to WCAG, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${server.url}/approvals`);
    await detail().getByText('Why it asks').waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
  });

  it('has Approve within thumb’s reach on a phone, and its back goes to the queue', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${server.url}/approvals`);
    await page.getByRole('list', { name: 'Waiting' }).getByRole('button').first().click();
    await detail().getByText('notes/b.md').waitFor();
    const approve = detail().getByRole('button', { name: /^Approve once/ });
    expect((await approve.boundingBox())?.y).toBeGreaterThan(844 * 0.75);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await page.goBack();
    await page.getByRole('list', { name: 'Waiting' }).waitFor();
    expect(await approve.isVisible()).toBe(false);
  });

  it('has met no error and no violation of the page policy', () => {
    expect(console_.problems).toEqual([]);
  });
});
