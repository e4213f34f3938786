import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('leaks.list', ({ query, runtime }) => runtime.leaks.list(query)),
});
