/** The console in a real browser: windows of one Chromium, each with cookies of its own, and every error any of them met. */
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { admin } from './server';

export interface ConsoleWindow {
  context: BrowserContext;
  page: Page;
}
export interface Console {
  /** A window of its own, signed in. */
  signIn(operator?: { email: string; password: string }): Promise<ConsoleWindow>;
  /** What axe finds on the page as it is, a line each; by every rule where none are named. */
  accessibilityProblems(page: Page, options?: { rules?: string[] | undefined }): Promise<string[]>;
  /** Errors on the console, uncaught ones, and violations of the page policy, of all windows. */
  problems: string[];
  close(): Promise<void>;
}

const stepTimeoutMs = 20_000;

/** From here on the page hears keys: before it is live it may be no more than what the server drew. */
export const isLive = (page: Page) => page.getByRole('status').getByText('Live', { exact: true }).waitFor();

export async function openConsole(url: string): Promise<Console> {
  const browser = await launchBrowser();
  const problems: string[] = [];
  return {
    problems,
    async signIn({ email, password } = admin) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
      context.setDefaultTimeout(stepTimeoutMs);
      context.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      context.on('weberror', (error) => problems.push(error.error().message));
      const page = await context.newPage();
      await signInFrom(context, url, { email, password });
      await page.goto(url);
      await isLive(page);
      return { context, page };
    },
    async accessibilityProblems(page, { rules } = {}) {
      const axe = new AxeBuilder({ page });
      const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    },
    close: () => browser.close(),
  };
}

/** What the sign-in form sends, from this window and with its cookies, without the form: drawing that takes seconds. */
async function signInFrom({ request }: BrowserContext, url: string, operator: { email: string; password: string }) {
  const { csrfToken } = await (await request.get(`${url}/api/auth/csrf`)).json();
  const response = await request.post(`${url}/api/auth/callback/credentials`, {
    headers: { origin: url },
    form: { csrfToken, ...operator, json: 'true' },
  });
  if (!response.ok()) throw new Error(`Sign-in of ${operator.email} was refused: ${response.status()}`);
}
