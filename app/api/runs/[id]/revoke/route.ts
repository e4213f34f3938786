import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('runs.revoke', ({ actor, body, params, runtime }) =>
    runtime.revocation.revokeRun(params.id, body.reason, actor),
  ),
});
