/**
 * Enrolment, and what a gateway manages of itself. It is known by its own bearer, and what it manages is its own instance; a
 * service key says which one.
 */
import type { IncomingMessage } from 'node:http';
import { type RouteId, routes } from '@/lib/contracts/routes';
import { type Actor, actorMay } from '@/lib/platform/actor';
import { bearerIn } from '@/lib/platform/bearer';
import { AppError, toAppError } from '@/lib/platform/errors';
import { parseJsonBody } from '@/lib/platform/parse';
import type { ByMethod, Handler } from './data-plane';
import { requireGateway } from './gateway';
import { readBody, readBytes, sendJson } from './json';
import { requireKey } from './key';
import { createRelayMediaHandlers } from './relay-media';
import type { ServerRuntime } from './runtime';

type ManageRoute = Extract<RouteId, `relayManage.${string}`>;
interface Managed {
  gatewayId: string;
  by: Actor;
}

/** Names that nobody can have come here too, and are answered alike. */
const receivePath = /^\/relay\/platforms\/([^/]{1,256})$/;

export function createRelayHandlers({ runtime, refusals }: Pick<ServerRuntime, 'runtime' | 'refusals'>) {
  const { relay, serviceKeys } = runtime;
  const provision = routes['relay.provision'];
  const enroll = routes['relay.enroll'];

  async function managedBy(request: IncomingMessage, named: string | undefined): Promise<Managed> {
    const key = serviceKeys.authenticate(bearerIn(request.headers.authorization) ?? '');
    if (key) {
      if (!actorMay(key, null, provision.scope))
        throw new AppError('FORBIDDEN', { details: { needs: provision.scope } });
      if (named === undefined) throw new AppError('BAD_REQUEST', { message: 'gatewayId: say which one.' });
      return { gatewayId: named, by: key };
    }
    const { id, gatewayId } = await requireGateway(request, relay.instances);
    if (named !== undefined && named !== gatewayId)
      throw new AppError('FORBIDDEN', { message: 'A gateway manages itself and no other.' });
    return { gatewayId, by: { kind: 'gateway', id } };
  }

  function manage(id: ManageRoute, work: (managed: Managed) => Promise<object>): ByMethod {
    const POST: Handler = (request, response, fail) =>
      readBody(request, fail, (text) => {
        const { gatewayId } = parseJsonBody(routes[id].body, text);
        managedBy(request, gatewayId)
          .then(work)
          .then((answer) => sendJson(response, routes[id].status, routes[id].response.parse(answer)), fail);
      });
    return { POST };
  }

  const media = createRelayMediaHandlers(relay);
  const byPath: Record<string, ByMethod> = {
    ...media.byPath,
    [provision.path]: {
      POST(request, response, fail) {
        const by = requireKey(request, runtime, provision.scope);
        readBody(request, fail, (text) => {
          const body = parseJsonBody(provision.body, text);
          relay.provision(body, by).then((answer) => sendJson(response, provision.status, answer), fail);
        });
      },
    },
    [enroll.path]: {
      POST(request, response, fail) {
        readBody(request, fail, (text) => {
          const body = parseJsonBody(enroll.body, text);
          relay.instances.enroll(body).then(
            (answer) => sendJson(response, enroll.status, answer),
            (error: unknown) => {
              refusals.note({ action: 'relay.enroll', target: 'relay', data: { gatewayId: body.gatewayId } });
              fail(error);
            },
          );
        });
      },
    },
    '/manage/link': manage('relayManage.link', ({ gatewayId, by }) => relay.linkCode(gatewayId, by)),
    '/manage/rotate': manage('relayManage.rotate', ({ gatewayId, by }) => relay.instances.rotate(gatewayId, by)),
    '/manage/deprovision': manage('relayManage.deprovision', async ({ gatewayId, by }) => {
      const { revokedAt } = await relay.revoke(gatewayId, 'Deprovisioned.', by);
      return { gatewayId, revokedAt };
    }),
  };
  function forPath(path: string): ByMethod | undefined {
    const id = receivePath.exec(path)?.[1];
    if (id === undefined) return media.forPath(path);
    return {
      POST(request, response, fail) {
        readBytes(request, fail, (body) => {
          relay.platforms.receive(id, { headers: request.headers, body }).then(
            (answer) => sendJson(response, answer.status, answer.body),
            (error: unknown) => {
              const { code } = toAppError(error);
              if (code === 'UNAUTHENTICATED')
                refusals.note({ action: 'relay.receive', target: 'relay', data: { platform: id.slice(0, 64) } });
              fail(error);
            },
          );
        });
      },
    };
  }

  return { byPath, forPath };
}
