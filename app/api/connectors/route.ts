import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('connectors.list', ({ query, runtime }) => runtime.connectors.list(query)),
  POST: handle('connectors.create', ({ actor, body, runtime }) => runtime.connectors.create(body, actor)),
});
