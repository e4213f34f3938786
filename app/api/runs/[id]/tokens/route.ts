import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('runs.mintToken', ({ actor, body, params, runtime }) => runtime.runs.mintToken(params.id, body, actor)),
});
