import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('plugins.list', ({ query, runtime }) => runtime.plugins.list(query)),
  POST: handle('plugins.install', ({ actor, body, runtime }) => runtime.plugins.install(body, actor)),
});
