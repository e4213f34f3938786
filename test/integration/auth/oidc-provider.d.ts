/** What the single sign-on test uses of a package that comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }
  interface Context {
    oidc: {
      client?: { clientId: string };
      session?: { accountId?: string };
      provider: { Grant: new (of: { clientId?: string; accountId?: string }) => Grant };
    };
  }
  interface Configuration {
    clients: Array<{ client_id: string; client_secret: string; redirect_uris: string[] }>;
    claims: Record<string, string[]>;
    features: { devInteractions: { enabled: boolean } };
    pkce: { required: () => boolean };
    findAccount(context: Context, accountId: string): { accountId: string; claims(): Promise<object> };
    interactions: { url(context: Context, interaction: { uid: string }): string };
    loadExistingGrant(context: Context): Promise<Grant>;
  }
  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }
}
