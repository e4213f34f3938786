import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('credentials.list', ({ query, runtime }) => runtime.credentials.list(query)),
  POST: handle('credentials.create', ({ actor, body, runtime }) => runtime.credentials.create(body, actor)),
});
