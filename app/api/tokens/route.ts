import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('tokens.list', ({ query, runtime }) => runtime.tokens.list(query)),
});
