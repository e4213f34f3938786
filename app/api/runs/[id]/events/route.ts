import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('runs.events', ({ params, query, runtime }) => runtime.runs.events(params.id, query)),
});
