import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('credentials.revoke', ({ actor, params, body, runtime }) =>
    runtime.credentials.revoke(params.id, body, actor),
  ),
});
