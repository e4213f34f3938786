import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('runs.spend', ({ actor, body, params, runtime }) => runtime.runs.spend(params.id, body, actor)),
});
