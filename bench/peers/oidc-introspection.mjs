/** `oidc-provider` as it comes, with token introspection on and its own in-memory store. */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const issuer = 'http://127.0.0.1';
const client = { client_id: 'bench', client_secret: 'a secret of the client' };

const provider = new Provider(issuer, {
  clients: [
    {
      ...client,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  features: {
    introspection: { enabled: true },
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
  },
});
const server = createServer(provider.callback());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0, client });
});
