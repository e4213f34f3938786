import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('locks.list', ({ query, runtime }) => runtime.locks.list(query)),
  POST: handle('locks.create', ({ actor, body, runtime }) => runtime.locks.create(body, actor)),
});
