import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('relay.interrupt', async ({ actor, params, body, runtime }) => ({
    delivered: await runtime.relay.interrupt(params.id, body, actor),
  })),
});
