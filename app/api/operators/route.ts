import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('operators.list', ({ query, runtime }) => runtime.operators.list(query)),
  POST: handle('operators.create', ({ actor, body, runtime }) => runtime.operators.create(body, actor)),
});
