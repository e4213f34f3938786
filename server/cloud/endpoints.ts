/**
 * AWS's container credentials and Azure's App Service identity, as their own libraries ask for them. What is at hand is answered
 * without a promise, from bytes that were written once when it was issued.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CredentialProvider } from '@/lib/contracts/credentials';
import type { DoorSubject } from '@/lib/credentials/door-secrets';
import type { ServedCredential } from '@/lib/credentials/serving';
import { bearerIn } from '@/lib/platform/bearer';
import { toAppError } from '@/lib/platform/errors';
import type { ByMethod } from '../data-plane';
import type { ServerRuntime } from '../runtime';
import { audienceOf } from './azure-audience';
import { callerOf, requirePlainGet } from './caller';
import { awsPath, azurePath } from './paths';
import { answerHeaders, noteRefusal, sendRefusal } from './refusal';
import { createRenderer } from './rendering';

interface Endpoint {
  path: string;
  provider: CredentialProvider;
  secretIn(headers: IncomingMessage['headers']): string | undefined;
  /** What it is asked for besides the provider. @throws AppError BAD_REQUEST */
  audienceIn(url: string): string;
}

const aws: Endpoint = {
  path: awsPath,
  provider: 'aws',
  // The libraries send the variable as it is; with a tool token it is a bearer.
  secretIn: ({ authorization }) => bearerIn(authorization) ?? authorization,
  audienceIn: () => '',
};

const azure: Endpoint = {
  path: azurePath,
  provider: 'azure',
  secretIn: (headers) => firstOf(headers['x-identity-header']),
  audienceIn: audienceOf,
};

export function createCloudHandlers(
  server: Pick<ServerRuntime, 'runtime' | 'live' | 'doorSecrets' | 'refusals'>,
): Record<string, ByMethod> {
  const { runtime, live, doorSecrets, refusals } = server;
  const { tokens, locks, clock, credentials } = runtime;
  const callers = { secrets: doorSecrets, registry: tokens.registry, live, locks: locks.index, clock };
  const render = createRenderer();

  function handlerOf({ path, provider, secretIn, audienceIn }: Endpoint): ByMethod {
    return {
      GET(request, response, fail) {
        let subject: DoorSubject | null = null;
        const refuse = (error: unknown) => {
          const refused = toAppError(error);
          if (refused.code === 'INTERNAL') return fail(error);
          noteRefusal(refusals, refused, { endpoint: path, subject });
          sendRefusal(response, refused);
        };
        const send = (served: ServedCredential) => answer(response, render(served));
        try {
          requirePlainGet(request, response);
          subject = callerOf(secretIn(request.headers), path, callers);
          const served = credentials.serving.serve(subject, provider, audienceIn(request.url ?? ''));
          if (served instanceof Promise) served.then(send).catch(refuse);
          else send(served);
        } catch (error) {
          refuse(error);
        }
      },
    };
  }
  return { [awsPath]: handlerOf(aws), [azurePath]: handlerOf(azure) };
}

function answer(response: ServerResponse, body: Buffer): void {
  if (!response.destroyed) response.writeHead(200, answerHeaders(body)).end(body);
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
