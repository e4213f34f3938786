import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('identities.list', ({ query, runtime }) => runtime.identities.list(query)),
});
