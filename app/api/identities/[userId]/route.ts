import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('identities.get', ({ params, query, runtime }) => runtime.identities.get({ ...params, ...query })),
});
