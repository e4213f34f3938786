import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('overview.get', ({ query, runtime }) => runtime.overview.get(query.hours)),
});
