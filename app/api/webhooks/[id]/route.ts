import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: handle('webhooks.update', ({ actor, body, params, runtime }) =>
    runtime.webhooks.update(params.id, body, actor),
  ),
  DELETE: handle('webhooks.remove', async ({ actor, params, runtime }) => {
    await runtime.webhooks.remove(params.id, actor);
    return { ok: true };
  }),
});
