import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: handle('serviceKeys.revoke', async ({ actor, params, runtime }) => {
    await runtime.serviceKeys.revoke(params.id, actor);
    return { ok: true };
  }),
});
