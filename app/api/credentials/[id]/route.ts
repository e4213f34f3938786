import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('credentials.get', ({ params, runtime }) => runtime.credentials.get(params.id)),
});
