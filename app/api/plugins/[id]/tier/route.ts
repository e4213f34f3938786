import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('plugins.tier', ({ actor, params, body, runtime }) => runtime.plugins.setTier(params.id, body, actor)),
});
