import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('relay.get', ({ params, runtime }) => runtime.relay.get(params.id)),
});
