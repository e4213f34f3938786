/** The Settings pages: who may sign in, with what, from where, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { type Console, type ConsoleWindow, isLive, openConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { service } from '../support/http-client';
import { startServer, type TestServer } from '../support/server';

let server: TestServer;
let console_: Console;
let page: Page;
let dana: ConsoleWindow;
let password: string;

const run = { title: 'By hand', projectId: 'demo', kind: 'external', principal: { userId: 'dana' } };
/** What the server answers when Dana's browser asks for a new run. */
async function statusOfNewRun(): Promise<number> {
  const headers = { origin: server.url };
  return (await dana.context.request.post(`${server.url}/api/runs`, { data: run, headers })).status();
}
const go = (section: string) => page.goto(`${server.url}/settings/${section}`);
async function choose(name: string, act: RegExp) {
  await page.getByRole('button', { name: `Change ${name}` }).click();
  await page.getByRole('menuitem', { name: act }).click();
}
// Asked of the address: the page leaves twice, and a wait for one navigation fails when the next one replaces it.
const isSignedOut = (of: Page) => eventually(() => new URL(of.url()).pathname === '/login');

beforeAll(async () => {
  server = await startServer();
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
});

describe('operators', () => {
  covers('signin.roles', 'signin.bites-at-once', 'signin.last-admin');

  it('are added with a role, and sign in to what it allows', async () => {
    await go('operators');
    await page.getByRole('button', { name: 'Add an operator' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Dana Reyes');
    await dialog.getByLabel('Email').fill('dana@example.com');
    await dialog.getByRole('radio', { name: /^viewer/i }).check();
    await dialog.getByRole('button', { name: 'Generate' }).click();
    password = await dialog.getByLabel('Password', { exact: true }).inputValue();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add the operator' }).click();
    await page.getByRole('row', { name: /Dana Reyes/ }).waitFor();

    dana = await console_.signIn({ email: 'dana@example.com', password });
    await dana.page.goto(`${server.url}/settings`);
    await dana.page.getByRole('table', { name: 'Your sessions' }).waitFor();
    expect(await dana.page.getByRole('link', { name: 'Operators' }).count()).toBe(0);
    await dana.page.goto(`${server.url}/settings/operators`);
    await dana.page.getByText('Only admins see the operators').waitFor();
    expect(await statusOfNewRun()).toBe(403);
  });

  it('are held to a new role at their next request, and their page follows', async () => {
    await dana.page.goto(`${server.url}/runs`);
    await dana.page.getByText('Live', { exact: true }).waitFor();
    await choose('Dana Reyes', /role/);
    await page.getByRole('radio', { name: /^operator/i }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click();
    await page.getByText('Dana Reyes is now operator.').waitFor();
    expect(await statusOfNewRun()).toBe(201);
    await dana.page.getByRole('button', { name: /New run/ }).waitFor();
  });

  it('always keep an admin among them, and the refusal says so in place', async () => {
    await choose('admin', /Disable/);
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Disable admin' }).click();
    await dialog.getByText('Somebody must stay admin').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('are signed out of every page at once by a new password, and come back with it alone', async () => {
    await choose('Dana Reyes', /password/);
    await page.getByLabel('Password', { exact: true }).fill('an entirely new password');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await isSignedOut(dana.page);
    expect(await statusOfNewRun()).toBe(401);
    await dana.page.getByLabel('Email').fill('dana@example.com');
    await dana.page.getByLabel('Password').fill('an entirely new password');
    await dana.page.getByRole('button', { name: 'Sign in' }).click();
    await dana.page.waitForURL(({ pathname }) => pathname !== '/login');
  });

  it('are refused while they are disabled, and let in once they are enabled', async () => {
    await choose('Dana Reyes', /Disable/);
    await page.getByRole('button', { name: 'Disable Dana Reyes' }).click();
    await page.getByRole('row', { name: /Dana Reyes.*disabled/ }).waitFor();
    await isSignedOut(dana.page);
    await dana.context.close();
    await choose('Dana Reyes', /Enable/);
    await page.getByRole('button', { name: 'Enable Dana Reyes' }).click();
    await page.getByRole('row', { name: /Dana Reyes.*allowed/ }).waitFor();
    dana = await console_.signIn({ email: 'dana@example.com', password: 'an entirely new password' });
  });

  it('change their own password, given the current one, and are signed out by it', async () => {
    const own = dana.page;
    await own.goto(`${server.url}/settings/sessions`);
    await isLive(own);
    await own.getByRole('button', { name: 'Change your password' }).click();
    const dialog = own.getByRole('dialog');
    await dialog.getByLabel('Current password').fill('a guess of somebody else');
    await dialog.getByLabel('New password').fill('my own new password');
    expect(await console_.accessibilityProblems(own)).toEqual([]);
    await dialog.getByRole('button', { name: 'Change the password' }).click();
    await dialog.getByText('That is not your password.').waitFor();
    await dialog.getByLabel('Current password').fill('an entirely new password');
    await dialog.getByRole('button', { name: 'Change the password' }).click();
    await isSignedOut(own);
    expect(await statusOfNewRun()).toBe(401);
    await dana.context.close();
    dana = await console_.signIn({ email: 'dana@example.com', password: 'my own new password' });
    await dana.context.close();
  });
});

describe('service keys', () => {
  covers('keys.shown-once', 'signin.scopes');

  it('are shown once, do what their scopes say, and die with the press of Revoke', async () => {
    await go('service-keys');
    await page.getByRole('button', { name: 'New service key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('nightly reports');
    await dialog.getByRole('checkbox', { name: /runs:read/ }).check();
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    const secret = (await dialog.getByText(/^gth_key_/).textContent()) ?? '';
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    const program = service(server.url, secret);
    expect((await program.attempt('runs.list')).status).toBe(200);
    expect((await program.attempt('runs.create', { body: run })).status).toBe(403);

    await page.reload();
    await page.getByRole('row', { name: /nightly reports/ }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Revoke nightly reports' }).click();
    await page.getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByText('No service keys yet').waitFor();
    expect((await program.attempt('runs.list')).status).toBe(401);
  });
});

describe('sessions and the look', () => {
  covers('signin.bites-at-once');

  it('keep the chosen look through a reload', async () => {
    await go('appearance');
    await page.getByRole('radio', { name: /^Dark/ }).check();
    await page.reload();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    // The choice is known to the page once it is mounted.
    await eventually(() => page.getByRole('radio', { name: /^Dark/ }).isChecked());
  });

  it('are listed as they begin, and one that is ended is signed out at once', async () => {
    await go('sessions');
    await page.getByRole('button', { name: 'Sign out here' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const other = await console_.signIn();
    await page
      .getByRole('button', { name: /^End .* at 127\.0\.0\.1/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'End the session' }).click();
    await isSignedOut(other.page);
    await page.getByText('The session has ended.').waitFor();
    await other.context.close();
  });

  it('all end with "Sign out everywhere"', async () => {
    const other = await console_.signIn();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await isSignedOut(page);
    await isSignedOut(other.page);
  });

  it('met no error and no violation of the page policy on the way', () => {
    // The browser itself notes each refusal, and refusals are what this file is about.
    const refusal = /^Failed to load resource: the server responded with a status of (400|401|409) /;
    expect(console_.problems.filter((problem) => !refusal.test(problem))).toEqual([]);
  });
});
