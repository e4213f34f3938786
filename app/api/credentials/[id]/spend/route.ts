import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('credentials.spend', ({ actor, params, body, runtime }) =>
    runtime.credentials.spend(params.id, body, actor),
  ),
});
