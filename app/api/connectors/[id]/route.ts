import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('connectors.get', ({ params, runtime }) => runtime.connectors.view(params.id)),
  PATCH: handle('connectors.update', ({ actor, body, params, runtime }) =>
    runtime.connectors.update(params.id, body, actor),
  ),
  DELETE: handle('connectors.remove', async ({ actor, params, runtime }) => {
    await runtime.connectors.remove(params.id, actor);
    return { ok: true };
  }),
});
