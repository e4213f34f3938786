import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('serviceKeys.list', ({ query, runtime }) => runtime.serviceKeys.list(query)),
  POST: handle('serviceKeys.create', ({ actor, body, runtime }) => runtime.serviceKeys.create(body, actor)),
});
