import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('runs.end', ({ actor, body, params, runtime }) => runtime.runs.end(params.id, body, actor)),
});
