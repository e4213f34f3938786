import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('relay.list', ({ query, runtime }) => runtime.relay.list(query)),
});
