import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('tokens.revoke', ({ actor, body, params, runtime }) =>
    runtime.tokens.revoke(params.id, body.reason, actor),
  ),
});
