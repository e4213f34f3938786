import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('webhooks.test', ({ actor, params, runtime }) => runtime.webhooks.test(params.id, actor)),
});
