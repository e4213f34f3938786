import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('plugins.get', ({ params, runtime }) => runtime.plugins.get(params.id)),
  DELETE: handle('plugins.remove', async ({ actor, params, runtime }) => {
    await runtime.plugins.remove(params.id, actor);
    return { ok: true };
  }),
});
