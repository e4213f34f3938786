import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: handle('locks.remove', async ({ actor, params, runtime }) => {
    await runtime.locks.remove(params.id, actor);
    return { ok: true };
  }),
});
