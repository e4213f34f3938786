import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: handle('relayPlatforms.update', ({ actor, body, params, runtime }) =>
    runtime.relay.platforms.update(params.id, body, actor),
  ),
  DELETE: handle('relayPlatforms.remove', async ({ actor, params, runtime }) => {
    await runtime.relay.platforms.remove(params.id, actor);
    return { ok: true };
  }),
});
