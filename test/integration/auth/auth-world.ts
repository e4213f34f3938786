/** A server behind a trusted proxy, its admin, and people to sign in as. */
import { type OperatorClient, signIn } from '@/test/support/http-client';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { Browserlike } from './browserlike';

export const password = admin.password;

export interface AuthWorld {
  server: TestServer;
  root: OperatorClient;
  newOperator(): Promise<{ id: string; email: string }>;
  /** A browser behind the trusted proxy, at an address of its own. */
  browserAt(address: string): Browserlike;
  auditOf(query: Record<string, string>): Promise<Array<{ data: Record<string, unknown> }>>;
}

export async function authWorld(): Promise<AuthWorld> {
  const server = await startServer({ env: { GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' } });
  const root = await signIn(server.url, admin.email, password);
  let people = 0;
  return {
    server,
    root,
    newOperator() {
      people += 1;
      const body = { email: `person${people}@example.com`, name: `Person ${people}`, role: 'operator', password };
      return root.call('operators.create', { body });
    },
    browserAt: (address) => new Browserlike(server.url, { 'x-forwarded-for': address }),
    auditOf: async (query) => (await root.call('audit.list', { query })).items,
  };
}
