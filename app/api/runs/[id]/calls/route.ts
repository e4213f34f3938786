import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('runs.calls', ({ runtime, params, query, actor }) => runtime.calls.list(params.id, query, actor)),
});
