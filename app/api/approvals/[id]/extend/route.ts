import { handle, methods } from '@/app/api/handle';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: handle('approvals.extend', ({ actor, body, params, runtime }) =>
    runtime.approvals.extend(params.id, body.seconds, actor),
  ),
});
