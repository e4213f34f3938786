import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('runs.list', ({ query, runtime }) => runtime.runs.list(query)),
  POST: handle('runs.create', ({ actor, body, runtime }) => runtime.runs.create(body, actor)),
});
