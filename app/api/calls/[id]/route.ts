import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('calls.get', ({ runtime, params, actor }) => runtime.calls.get(params.id, actor)),
});
