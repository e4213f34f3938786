import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('relay.revoke', ({ actor, params, body, runtime }) =>
    runtime.relay.revoke(params.id, body.reason, actor),
  ),
});
