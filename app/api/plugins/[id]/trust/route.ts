import { handle, methods, withStatus } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('plugins.trust', async ({ actor, params, body, runtime }) => {
    const result = await runtime.plugins.trust(params.id, body, actor);
    return result.action === 'grant' ? result : withStatus(200, result);
  }),
});
