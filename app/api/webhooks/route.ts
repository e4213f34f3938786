import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('webhooks.list', ({ query, runtime }) => runtime.webhooks.list(query)),
  POST: handle('webhooks.create', ({ actor, body, runtime }) => runtime.webhooks.create(body, actor)),
});
