import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: handle('relayUpstreams.remove', async ({ actor, params, runtime }) => {
    await runtime.relayUpstreams.remove(params.id, actor);
    return { ok: true };
  }),
});
