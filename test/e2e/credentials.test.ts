/** Cloud sessions in a real browser: opened, seen live, revoked here and at AWS itself, on their page and on that of a run. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsRole } from '../support/cloud/aws-keys';
import { startCloud, type TestCloud } from '../support/cloud/cloud';
import { type Console, openConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { service, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';

let cloud: TestCloud;
let server: TestServer;
let console_: Console;
let page: Page;
let orchestrator: TestClient;
let runId: string;

beforeAll(async () => {
  cloud = await startCloud();
  server = await startServer({ env: cloud.env });
  orchestrator = service(server.url, server.serviceKey);
  const body = { title: 'Nightly report', projectId: 'p1', kind: 'external' as const, principal: { userId: 'dana' } };
  runId = (await orchestrator.call('runs.create', { body })).run.id;
  console_ = await openConsole(server.url);
  page = (await console_.signIn()).page;
});
afterAll(async () => {
  await console_?.close();
  await server?.stop();
  await cloud?.stop();
});

const dialog = () => page.getByRole('dialog');
const panel = () => page.getByRole('complementary', { name: /^Session AWS as agents/ });
const rows = () => page.getByRole('table', { name: 'Cloud sessions' }).getByRole('row');

describe('cloud sessions', () => {
  it('are opened from their page, with every problem of a policy named, and their variables shown once', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByText('No run has access to a cloud now').waitFor();
    await page.getByRole('button', { name: 'New session' }).click();
    expect(await dialog().getByLabel('Acts as').inputValue()).toBe(awsRole);
    await dialog().getByLabel('Allowed actions').fill('s3:GetObject, nonsense, s3:');
    await dialog().getByLabel('On resources').fill('arn:aws:s3:::agent-data/*');
    await dialog().getByRole('button', { name: 'Open the session' }).click();
    await dialog().getByText('nonsense is not service:Action').waitFor();
    await dialog().getByText('s3: is not service:Action').waitFor();
    await dialog().getByLabel('Allowed actions').fill('s3:GetObject');
    await dialog().getByRole('button', { name: 'Open the session' }).click();
    await dialog()
      .getByText(/export AWS_CONTAINER_AUTHORIZATION_TOKEN=/)
      .waitFor();
    await dialog().getByRole('button', { name: 'I have copied them' }).click();
    await panel().getByText('Read objects of S3 in bucket agent-data.').waitFor();
    await panel().getByText('Enforced: AWS itself refuses').waitFor();
    expect(await console_.accessibilityProblems(page)).toEqual([]);
  });

  it('appear as somebody else opens them, and leave the active ones once revoked with a reason', async () => {
    const body = { provider: 'aws' as const, principalId: awsRole, profile: 's3-readonly', budgetUsd: 2, runId };
    const { id } = await orchestrator.call('credentials.create', { body });
    await eventually(async () => expect(await rows().count()).toBe(3));
    await rows().filter({ hasText: 'list anything of S3' }).click();
    await panel().getByTitle('$0.00 of $2.00 spent').waitFor();
    await panel().getByRole('button', { name: 'Revoke…' }).click();
    const alert = page.getByRole('alertdialog');
    await alert.getByLabel('Reason').fill('The report is done');
    await alert.getByRole('button', { name: 'Revoke session' }).click();
    await panel().getByText('The report is done').waitFor();
    await eventually(async () => expect(await rows().count()).toBe(2));
    expect((await orchestrator.call('credentials.get', { params: { id } })).status).toBe('revoked');
    expect(cloud.rolePolicies.size).toBe(0);
  });

  it('are refused at AWS too where somebody asks for it, also once they have ended', async () => {
    await panel().getByRole('button', { name: 'Revoke at AWS…' }).click();
    const alert = page.getByRole('alertdialog');
    await alert.getByText('and no other session of the role').waitFor();
    await alert.getByLabel('Reason').fill('It leaked');
    cloud.failNext('AccessDenied');
    await alert.getByRole('button', { name: 'Revoke at AWS', exact: true }).click();
    await page.getByRole('heading', { name: 'AWS did not take the revoke' }).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await panel().getByRole('button', { name: 'Revoke at AWS…' }).click();
    await alert.getByLabel('Reason').fill('It leaked');
    await alert.getByRole('button', { name: 'Revoke at AWS', exact: true }).click();
    await panel().getByText('refused since').waitFor();
    expect(cloud.rolePolicies.size).toBe(1);
    await eventually(async () =>
      expect(
        await panel()
          .getByRole('button', { name: /Revoke/ })
          .count(),
      ).toBe(0),
    );
    await panel().getByRole('link', { name: 'every step of it' }).click();
    await page
      .getByRole('row', { name: /credential.deny.*It leaked/ })
      .first()
      .waitFor();
  });

  it('stand on the page of their run, counted and opened there', async () => {
    await page.goto(`${server.url}/runs/${runId}?tab=credentials`);
    await page.getByRole('row', { name: /revoked/ }).waitFor();
    await page.getByRole('button', { name: 'New session' }).click();
    await dialog().getByLabel('Profile').selectOption('dynamodb-readonly');
    await dialog().getByRole('button', { name: 'Open the session' }).click();
    await dialog().getByRole('button', { name: 'I have copied them' }).click();
    await page.getByRole('link', { name: 'Credentials 2' }).waitFor();
    await panel().getByText('Read items and describe anything of DynamoDB on any resource.').waitFor();
  });

  it('are chosen by profiles that an admin keeps, and a viewer sees them all and no button', async () => {
    await page.goto(`${server.url}/settings/cloud-profiles`);
    await page.getByRole('row', { name: /s3-readonly.*comes with Gatehouse/ }).waitFor();
    await page.getByRole('button', { name: 'New profile' }).click();
    await dialog().getByLabel('Name').fill('reports');
    await dialog().getByLabel('For').fill('The monthly reports');
    await dialog().getByLabel('Allowed actions').fill('s3:GetObject');
    await dialog().getByRole('button', { name: 'Save the profile' }).click();
    await page.getByRole('row', { name: /reports.*Read objects of S3/ }).waitFor();

    const body = { email: 'vera@example.com', name: 'Vera', role: 'viewer' as const, password: admin.password };
    await page.context().request.post(`${server.url}/api/operators`, { data: body, headers: { origin: server.url } });
    const viewer = (await console_.signIn({ email: body.email, password: body.password })).page;
    await viewer.goto(`${server.url}/credentials?status=all`);
    await viewer.getByRole('row', { name: /It leaked|revoked/ }).click();
    await viewer.getByText('The report is done').waitFor();
    expect(await viewer.getByRole('button', { name: /Revoke|New session/ }).count()).toBe(0);
  });

  it('bring no error to the console of the browser but the refusal of a policy', () => {
    expect(console_.problems.filter((problem) => !problem.includes('400'))).toEqual([]);
  });
});
