/** The relay in a real browser: a gateway in Python is let in, talked to, put to sleep, woken, given another secret and cut off. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { type Console, openConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { anonymous, service, type TestClient } from '../support/http-client';
import { type PythonGateway, startPythonGateway } from '../support/relay/python-gateway';
import { startServer, type TestServer } from '../support/server';

covers('relay.order', 'relay.revoked', 'relay.enrolment');

let server: TestServer;
let console_: Console;
let page: Page;
let key: TestClient;
let gateway: PythonGateway;
let instanceId: string;

beforeAll(async () => {
  server = await startServer();
  key = service(server.url, server.serviceKey);
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  gateway?.stop();
  await console_?.close();
  await server?.stop();
});

const dialog = () => page.getByRole('dialog');
const field = () => page.getByRole('textbox', { name: 'Message', exact: true });
const log = () => page.getByRole('log', { name: 'What was said' });
const one = () => ({ params: { id: instanceId } });
async function say(text: string): Promise<void> {
  await field().fill(text);
  await field().press('Enter');
  await log().getByText(text, { exact: true }).waitFor();
}
const act = (action: object) => gateway.order({ do: 'act', action });
const newest = async () => (await key.call('relay.messages', one())).items[0];

describe('the relay', () => {
  it('lets a gateway in by a token that is shown once, and shows it as it comes', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByText('No gateway has enrolled yet').waitFor();
    await page.getByRole('button', { name: 'New enrolment token' }).click();
    await dialog().getByRole('button', { name: 'Make the token' }).click();
    const command = await dialog()
      .getByText(/^curl .*\/relay\/enroll/)
      .textContent();
    const enrollmentToken = /"enrollmentToken":"([^"]+)"/.exec(command ?? '')?.[1] ?? '';
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'I have copied it' }).click();
    const body = { enrollmentToken, gatewayId: 'gw-py' };
    const { secret } = await anonymous(server.url).call('relay.enroll', { body });
    gateway = startPythonGateway(server.url, 'gw-py', secret);
    await page.reload();
    await page.getByRole('row', { name: /gw-py live console bot-1/ }).waitFor();
    instanceId = (await key.call('relay.get', { params: { id: 'gw-py' } })).id;
  });

  it('carries a conversation both ways, edits, typing and the answer to a prompt', async () => {
    await page.getByRole('link', { name: 'gw-py' }).click();
    await say('Hello there');
    await log().getByText('echo: Hello there').waitFor();
    const { chatId = '', id: messageId } = (await newest()) ?? {};
    act({ op: 'edit', chat_id: chatId, message_id: messageId, content: 'Good morning' });
    await log().getByText('Good morning').waitFor();
    await log()
      .getByText(/^edited/)
      .waitFor();
    act({ op: 'typing', chat_id: chatId });
    await page.getByText('The gateway is typing').waitFor();
    const options = [
      { id: 'y', label: 'Ship it', style: 'primary' },
      { id: 'n', label: 'Stop', style: 'danger' },
    ];
    act({ op: 'prompt', chat_id: chatId, prompt_kind: 'choice', prompt_id: 'p1', content: 'Shall I?', options });
    await page.getByRole('button', { name: 'Ship it' }).click();
    await page.getByRole('button', { name: 'Ship it', pressed: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Stop', exact: true }).isDisabled()).toBe(true);
    await log().getByText('echo: Ship it').waitFor();
    await eventually(async () => expect(await page.getByText('The gateway is typing').count()).toBe(0));
    expect(await console_.accessibilityProblems(page)).toEqual([]);
  });

  it('carries a file that was chosen here, and a thread the gateway opened', async () => {
    const file = { name: 'notes.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n') };
    await page.getByLabel('Files to attach').setInputFiles(file);
    await page.getByText('4 B').waitFor();
    await say('The notes');
    await log()
      .getByRole('link', { name: /notes\.csv/ })
      .waitFor();
    const { chatId = '' } = (await newest()) ?? {};
    const from = gateway.told.length;
    act({ op: 'thread_create', chat_id: chatId, name: 'disk' });
    const { result } = await gateway.tells('acted', () => true, from);
    const threadId = (result as { thread_id: string }).thread_id;
    act({ op: 'send', chat_id: chatId, metadata: { thread_id: threadId }, content: 'In the thread' });
    await page.getByRole('group', { name: 'Threads' }).getByRole('button', { name: '# disk' }).click();
    await eventually(async () => expect(await log().getByRole('article').count()).toBe(1));
    await say('Over here');
    const heard = await gateway.tells('inbound', ({ text }) => text === 'Over here');
    expect(heard.source).toMatchObject({ thread_id: threadId });
    await page.getByRole('button', { name: 'All', exact: true }).click();
  });

  it('keeps three messages while the gateway sleeps, delivers them in order, and keeps a draft over a reload', async () => {
    gateway.order({ do: 'idle' });
    await gateway.tells('asleep');
    await page.getByText('The gateway sleeps.').waitFor();
    const from = gateway.told.length;
    const texts = ['first', 'second', 'third'];
    for (const text of texts) await say(text);
    await eventually(async () => expect(await log().getByText('waits in the buffer (3)').count()).toBe(3));
    await field().fill('not sent yet');
    await page.reload();
    await eventually(async () => expect(await field().inputValue()).toBe('not sent yet'));
    await eventually(async () => expect(await log().getByText('waits in the buffer (3)').count()).toBe(3));
    gateway.order({ do: 'wake' });
    await log().getByText('echo: third').waitFor();
    const heard = gateway.told.slice(from).filter(({ what }) => what === 'inbound');
    expect(heard.map(({ text }) => text)).toEqual(texts);
    await eventually(async () => expect(await log().getByText('waits in the buffer').count()).toBe(0));
  });

  it('binds a person by a code from the page, and shows what was declined', async () => {
    await page.getByRole('button', { name: 'Link code' }).click();
    const line = await dialog()
      .getByText(/^\/link \w{10}$/)
      .textContent();
    await dialog()
      .getByText(/Works once, and for/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Done' }).click();
    await field().fill(line ?? '');
    await field().press('Enter');
    await page.getByText('You are linked').waitFor();
    await page.getByRole('link', { name: 'People 1' }).click();
    await page.getByRole('row', { name: /admin@example.com console/ }).waitFor();
    act({ op: 'send', chat_id: 'somebody-else', content: 'psst' });
    await page.getByRole('link', { name: 'Denials 1' }).click();
    await page.getByRole('row', { name: /send .*somebody-else/ }).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).last().click();
    await page.getByRole('table', { name: 'Runs of this instance' }).getByRole('link').first().click();
    await page.getByRole('link', { name: 'Open the conversation' }).click();
    await log().getByText('echo: third').waitFor();
  });

  it('is read by a viewer, who can press nothing', async () => {
    const viewer = { email: 'vera@example.com', password: 'an entirely new password' };
    const data = { ...viewer, name: 'Vera', role: 'viewer' };
    await page.request.post(`${server.url}/api/operators`, { data, headers: { origin: server.url } });
    const { page: seen } = await console_.signIn(viewer);
    const { chatId = '' } = (await newest()) ?? {};
    await seen.goto(`${server.url}/relay/${instanceId}?chat=${chatId}`);
    await seen.getByText('echo: third').waitFor();
    await seen.getByText('Operators write here; you can read.').waitFor();
    const acts = /Revoke|Rotate|Link code|Interrupt|Send/;
    expect(await seen.getByRole('main').getByRole('button', { name: acts }).count()).toBe(0);
    await seen.goto(`${server.url}/relay`);
    await seen.getByRole('row', { name: /gw-py/ }).waitFor();
    expect(await seen.getByRole('link', { name: 'Upstreams' }).count()).toBe(0);
  });

  it('gives another secret once while the old one still opens, then cuts the gateway off for good', async () => {
    await page.getByRole('button', { name: 'Rotate secret' }).click();
    await dialog().getByRole('button', { name: 'Rotate the secret' }).click();
    await dialog().getByText('The one before stays good until').waitFor();
    await dialog().getByRole('button', { name: 'I have copied it' }).click();
    await page.keyboard.press('Shift+R');
    const alert = page.getByRole('alertdialog');
    await alert.getByText('This ends its secrets, 1 binding and the runs of its sessions.').waitFor();
    await alert.getByLabel('Reason').fill('The laptop was lost');
    await alert.getByRole('button', { name: 'Revoke the instance' }).click();
    await page.getByText('This instance is disabled: The laptop was lost').waitFor();
    await gateway.tells('disabled');
    await eventually(async () => expect(await field().count()).toBe(0));
    const acts = page.getByRole('button', { name: /Revoke|Rotate|Link code/ });
    await eventually(async () => expect(await acts.count()).toBe(0));
    expect(await console_.accessibilityProblems(page)).toEqual([]);
  });

  it('sets up a platform whose secret is shown once, and removes it', async () => {
    await page.goto(`${server.url}/relay?section=platforms`);
    await page.getByRole('button', { name: 'Add a platform' }).click();
    await dialog().getByLabel('Name').fill('helpdesk');
    await dialog().getByLabel('Answers go to').fill('https://helpdesk.example.com/in');
    await dialog().getByRole('button', { name: 'Add the platform' }).click();
    await dialog()
      .getByText(/^whsec_/)
      .waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('row', { name: /helpdesk ready Webhook/ }).waitFor();
    await page.getByRole('button', { name: 'Change helpdesk' }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove the platform' }).click();
    await page.getByText('No chat platform besides the console').waitFor();
  });

  it('met no error and no violation of the page policy on the way', () => {
    expect(console_.problems).toEqual([]);
  });
});
