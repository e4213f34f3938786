import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('runs.get', ({ params, runtime }) => runtime.runs.get(params.id)),
});
