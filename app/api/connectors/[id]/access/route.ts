import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('connectors.access', ({ params, runtime }) => runtime.connectors.access(params.id)),
});
